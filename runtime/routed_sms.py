"""Runs the table of routes in a process that sends SMS: `zin deliver` by gateways over HTTP, `zin smpp` over SMPP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from channels.outbox.sender_wrappers import Pseudonymous
from channels.routing.gateway_states import GatewayStates
from channels.routing.route_table import RouteTable
from channels.workers.routed_delivery import GATEWAY, OwnRoute, RoutedDelivery
from runtime.services import Services
from settings import Settings
from state.identity import Pseudonyms
from state.store.interface import Allowance


def routed_worker(
    settings: Settings, parts: Services, table: RouteTable, own: Mapping[str, OwnRoute]
) -> Callable[[], Awaitable[None]]:
    """Return what delivers by these gateways, whose senders count, until it is cancelled."""
    names = Pseudonyms(settings.secrets.pepper)
    routes = {name: OwnRoute(Pseudonymous(one.sender, names), one.is_up) for name, one in own.items()}
    paces = {f"{GATEWAY}/{name}": one.sender.per_second for name, one in routes.items()}

    async def pace(route: str, most: int) -> Allowance:
        """The uses of a route's rate, which all processes share through the store."""
        return await parts.store.throttle(f"pace:{route}", 1 / paces[route], max(1, round(paces[route])), most)

    messaging = parts.messaging
    worker = RoutedDelivery(messaging.outbox, GatewayStates(parts.database), pace, messaging.post.stopped)
    return lambda: worker.run(table, routes)
