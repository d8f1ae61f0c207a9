"""The worker of the table of routes in one process: sends by those gateways of the table that this process has.

Every process with such a worker looks up networks, and tells the others which gateways it can send by
(channels/routing/route_health.py).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from itertools import count
from typing import Final, NamedTuple, NoReturn

import structlog

from channels.contracts.sender import Sender
from channels.outbox.repository import Outbox
from channels.routing.gateway_states import GatewayStates
from channels.routing.route_choice import RouteChoice
from channels.routing.route_health import RouteHealth
from channels.routing.route_table import RouteTable
from channels.workers.delivery import IDLE, LONGEST_IDLE, STOPPING
from channels.workers.delivery_window import DeliveryWindow, Pace
from channels.workers.gateway_delivery import Stopped
from channels.workers.polling import poll_forever
from channels.workers.route_delivery import Route, RouteDelivery, look_up_networks

REFRESH: Final = 1.0  # seconds between two looks at the health of gateways
PATIENT_LOOKS: Final = 10  # at networks without a gateway before this is an error: a process may be starting
ADOPTING: Final = 60  # looks between two for messages of a process that was started before the table was there
AT_ONCE: Final = 500  # messages whose networks are looked up at once
GATEWAY: Final = "sms"
log = structlog.get_logger()


class OwnRoute(NamedTuple):
    """A sender of this process, and whether it can send now."""

    sender: Sender
    is_up: Callable[[], bool] = lambda: True


class RoutedDelivery:
    """The worker of one process. pace and stopped are as in DeliveryWorker; paces are named sms/NAME."""

    def __init__(self, outbox: Outbox, states: GatewayStates, pace: Pace, stopped: Stopped) -> None:
        self._outbox, self._states, self._pace, self._stopped = outbox, states, pace, stopped
        self._waiting: tuple[str, ...] = ()
        self._looks, self._rounds = 0, count()

    async def run(self, table: RouteTable, own: Mapping[str, OwnRoute]) -> None:
        """Deliver until cancelled. Then messages in flight may arrive, and the others are put back."""
        choice = RouteChoice(table, RouteHealth(self._states, {name: one.is_up for name, one in own.items()}))
        deliveries = [self._delivery(Route(name, one.sender, choice)) for name, one in own.items()]
        await choice.health.refresh()
        await self._outbox.unsort(GATEWAY)
        loops = [self._forever(one.fill) for one in deliveries]
        sorting = partial(look_up_networks, self._outbox, choice, GATEWAY, AT_ONCE)
        looking = poll_forever(partial(self._look, choice), REFRESH, "gateways")
        try:
            await asyncio.gather(*loops, self._forever(sorting), looking)
        finally:
            await asyncio.gather(*(one.stop(STOPPING) for one in deliveries))

    async def _forever(self, work: Callable[[], Awaitable[int]]) -> NoReturn:
        rest = partial(self._outbox.watch().wait, IDLE, LONGEST_IDLE)
        await poll_forever(work, IDLE, "outbox", rest)

    async def _look(self, choice: RouteChoice) -> int:
        """Refresh the health of gateways. Returns 0, for a pause."""
        await choice.health.refresh()
        if not next(self._rounds) % ADOPTING:
            await self._outbox.adopt(GATEWAY)
        waiting = tuple(choice.without_gateway())
        self._looks = self._looks + 1 if waiting and waiting == self._waiting else 0
        self._waiting = waiting
        if self._looks == PATIENT_LOOKS:
            log.error("no gateway works for these networks, their messages wait", networks=waiting)
        return 0

    def _delivery(self, route: Route) -> RouteDelivery:
        window = DeliveryWindow(f"{GATEWAY}/{route.name}", route.sender.per_second, self._pace)
        return RouteDelivery(self._outbox, route, window, self._stopped, _vary)


def _vary(seconds: float) -> float:
    """Vary a pause from half to one and a half of it."""
    return seconds * (0.5 + random.random())
