"""Processes that send by the gateways of a table of routes, led from round to round, over one database."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from authoring.replay.fakes import FakeClock
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from channels.routing.gateway_states import GatewayStates
from channels.routing.route_choice import RouteChoice
from channels.routing.route_health import RouteHealth
from channels.routing.route_shape import RouteRow
from channels.routing.route_table import RouteTable
from channels.workers.delivery_window import DeliveryWindow
from channels.workers.route_delivery import Route, RouteDelivery, look_up_networks
from database import tables
from database.encryption import Seal
from state.interfaces import Recipient
from tests.support.database import Registry
from tests.support.delivery_rounds import no_pace
from tests.support.delivery_setup import Gateway

MTN, MOOV, ABROAD = "+2290190000001", "+2290195000001", "+33612345678"
TABLE = RouteTable(
    (
        RouteRow(gateway="mtn-sms", networks=("MTN",), price=8),
        RouteRow(gateway="operateur", networks=("Moov", "Celtiis"), price=9),
        RouteRow(gateway="africastalking", price=15),
    )
)


class RoutedGateway(Gateway):
    """A gateway that fails with `fails` while that is set, names what it took, and can lose its bind."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.is_up = name, True
        self.fails: Exception | None = None
        self.asked = 0

    async def send(self, message: Message) -> str:
        self.asked += 1
        if self.fails:
            raise self.fails
        return f"{self.name}:{await super().send(message)}"


class SendingProcess:
    """One process with its gateways."""

    def __init__(self, town: RoutedTown, *gateways: str) -> None:
        self.town, self.gateways = town, {name: RoutedGateway(name) for name in gateways}
        own = {name: (lambda one=one: one.is_up) for name, one in self.gateways.items()}
        self.health = RouteHealth(GatewayStates(town.registry.database, town.clock), own, town.clock)
        self.choice = RouteChoice(town.table, self.health)
        self._deliveries = [self._delivery(name) for name in gateways]

    async def round(self) -> None:
        """Look at the gateways, then deliver what is due now."""
        await self.health.refresh()
        await look_up_networks(self.town.outbox, self.choice, "sms", 500)
        await asyncio.gather(*(one.round() for one in self._deliveries))

    def _delivery(self, name: str) -> RouteDelivery:
        window = DeliveryWindow(f"sms/{name}", 1000.0, no_pace)
        route = Route(name, self.gateways[name], self.choice)
        return RouteDelivery(self.town.outbox, route, window, self._has_stopped, lambda seconds: seconds)

    async def _has_stopped(self, who: Recipient) -> bool:
        return False


class RoutedTown:
    """A database with an outbox whose SMS leave by the table."""

    def __init__(self, registry: Registry, table: RouteTable = TABLE) -> None:
        self.registry, self.clock, self.table = registry, FakeClock(), table
        self.outbox = Outbox(registry.database, Seal("a secret"), self.clock, {"sms"})

    async def post(self, **numbers: str) -> None:
        for key, number in numbers.items():
            await self.outbox.enqueue(Message(key, "sms", number, "Bonjour"))

    async def rows(self) -> Mapping[str, dict[str, Any]]:
        return {row["key"]: row for row in await self.registry.database.rows(select(tables.outbox))}

    async def routes(self) -> Mapping[str, str]:
        """By which gateway each message left."""
        return {key: row["route"] for key, row in (await self.rows()).items() if row["state"] == "sent"}
