"""Decides, at each claim, which messages leave by which gateway: by the table, and by the gateways' health."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from channels.routing.route_health import RouteHealth
from channels.routing.route_table import RouteTable, networks

TRIAL_SECONDS: Final = 1.0  # in which a gateway in trial can claim a message before the next one does


@dataclass(frozen=True, slots=True)
class RouteChoice:
    """The choice of one process."""

    table: RouteTable
    health: RouteHealth

    def networks_of(self, gateway: str) -> Mapping[str, float]:
        """Return the networks whose messages this gateway takes now; of one in trial, those that it would take.

        The value is for how many seconds a message must have been due: a gateway in trial has the first pick.
        """
        return {network: wait for network in networks() for name, wait in self._asked(network) if name == gateway}

    def has_other(self, gateway: str, number: str) -> bool:
        """Return whether another gateway is there for this number."""
        serving = self.table.serving(self.table.network_of(number))
        return any(name != gateway and self.health.condition(name) == "up" for name in serving)

    def without_gateway(self) -> Sequence[str]:
        """Return the networks of the country whose messages wait, because no gateway is there for them."""
        return tuple(one for one in networks() if self.table.serving(one) and not any(self._asked(one)))

    def _asked(self, network: str) -> Iterator[tuple[str, float]]:
        """Yield the gateways that take messages of a network now: the first that works, those in trial before it."""
        wait = 0.0
        for name in self.table.serving(network):
            condition = self.health.condition(name)
            if condition != "down":
                yield name, wait
            if condition == "up":
                return
            if condition == "trial":
                wait = TRIAL_SECONDS
