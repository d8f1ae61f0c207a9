"""The table of routes: which gateways serve a number, in the order in which they are asked.

The network of a number is that of its first digits (locales/country.yaml), or the one that it was ported to. Among the
gateways of a network the cheapest comes first, then those without a price, then the fallbacks; the order of the file
decides between equals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from channels.routing.route_shape import RouteRow
from state.country import country

OTHERS = "-"  # the network of numbers that belong to none of the country's


@dataclass(frozen=True, slots=True)
class RouteTable:
    """The rows of the file, and the networks of ported numbers by their E.164 form. Without rows there is no table."""

    rows: Sequence[RouteRow] = ()
    ported: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def gateways(self) -> Sequence[str]:
        """The gateways of the table, each once, in the order of the file."""
        return tuple(dict.fromkeys(row.gateway for row in self.rows))

    def network_of(self, number: str) -> str:
        """Return the network of a number in E.164 form; OTHERS if it is of none."""
        return self.ported.get(number) or country().numbers.network("", number) or OTHERS

    def serving(self, network: str) -> Sequence[str]:
        """Return the gateways that serve a network, the one to ask first at the front."""
        rows = [row for row in self.rows if not row.networks or network in row.networks]
        return tuple(dict.fromkeys(row.gateway for row in sorted(rows, key=_rank)))


def networks() -> Sequence[str]:
    """Return every network that a number can have."""
    return (*(one.name for one in country().numbers.networks), OTHERS)


def _rank(row: RouteRow) -> tuple[bool, float]:
    return row.fallback, math.inf if row.price is None else row.price
