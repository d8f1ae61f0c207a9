"""What citizens read: the services, and the communes and departments whose centre they asked for, by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analytics.people import SERVICE
from analytics.repository import Totals
from catalog.communes import Commune

COMMUNE: Final = "commune "
MAX_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class ReadService:
    """A service: how often it was read in this period and in the one before, and by about how many people.

    people is None where it is not known: estimates are stored by month.
    """

    name: str
    reads: int
    before: int
    people: int | None


@dataclass(frozen=True, slots=True)
class Places:
    """How often each department and commune was asked for, the most first."""

    departments: Sequence[tuple[str, int]]
    communes: Sequence[tuple[str, int]]


def read_services(
    found: Totals, before: Totals, names: Mapping[str, str], people: Mapping[str, int]
) -> list[ReadService]:
    """Return the services that were read most; names and people are by the id of the service."""
    reads, earlier = _counts(found, SERVICE), _counts(before, SERVICE)
    return [
        ReadService(names.get(name, name), many, earlier.get(name, 0), people.get(name))
        for name, many in reads.most_common(MAX_ROWS)
    ]


def service_ids(found: Totals) -> list[str]:
    """Return the ids of the services that were read most."""
    return [name for name, _ in _counts(found, SERVICE).most_common(MAX_ROWS)]


def places(found: Totals, communes: Mapping[str, Commune]) -> Places:
    """Return the departments and the communes; a commune that was removed has its id as its name, and no department."""
    by_commune, by_department = Counter[str](), Counter[str]()
    for name, many in _counts(found, COMMUNE).items():
        known = communes.get(name)
        by_commune[known.name if known else name] += many
        if known:
            by_department[known.department] += many
    return Places(by_department.most_common(MAX_ROWS), by_commune.most_common(MAX_ROWS))


def _counts(found: Totals, kind: str) -> Counter[str]:
    """Return the counts of a kind of subject by id, in the order of ids."""
    read = found.get("read", {})
    return Counter({of.removeprefix(kind): read[of] for of in sorted(read) if of.startswith(kind)})
