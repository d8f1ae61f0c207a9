"""A worker of deferred answers over a market whose prices change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from channels.deferred.repository import DeferredRepository
from channels.outbox.opt_outs import OptOuts
from channels.outbox.repository import Outbox
from channels.webhooks.messaging_services import MessagingServices
from channels.webhooks.outgoing_messages import OutgoingMessageService
from channels.workers.deferred_answers import DeferredWorker
from database import tables
from database.encryption import Seal
from settings import Settings
from state.conversation.conversation import Conversation, ConversationPorts
from state.interfaces import LOOK_SECONDS, Outcome
from state.store.memory import InMemory
from tests.support.conversation import Phone, Town
from tests.support.database import Registry

DOWN = Outcome("unavailable")


def costs(francs: int) -> Outcome:
    return Outcome("found", {"cost": str(francs), "day": "2026-03-05"})


class Street:
    """A town whose post office is a real one, and one process that fulfils."""

    def __init__(self, registry: Registry, menus: Path) -> None:
        self.town, self.registry = Town(folder=menus), registry
        clock, seal, database = self.town.clock, Seal("a secret of the tests"), registry.database
        self.outbox, self.promises = Outbox(database, seal, clock), DeferredRepository(database, seal, clock)
        self.post = OutgoingMessageService(self.outbox, self.promises, OptOuts(database, clock), InMemory(), Settings())
        outside = ConversationPorts(self.town.store, self.town.market, self.town.preferences, self.post)
        self.town.conversation = Conversation(self.town.menus, outside, self.town.settings, clock)
        self.owed = DeferredWorker(MessagingServices(self.town.conversation, self.outbox, self.promises, self.post), ())

    async def subscribed(self) -> Phone:
        """A citizen who subscribes to each change of a price, after seeing one of 1000."""
        self.town.market.does["fruits.price"] = costs(1000)
        phone = self.town.phone()
        await phone.dial("7*1*1")
        await phone.type("3")
        return phone

    async def asked_later(self) -> Phone:
        """A citizen who found the source down, and wants the answer by message."""
        self.town.market.does["fruits.price"] = DOWN
        phone = self.town.phone()
        await phone.dial("7*1*1")
        await phone.type("2")
        return phone

    async def look(self, seconds: float = LOOK_SECONDS) -> list[str]:
        """The messages that are new after so many seconds and a round."""
        before = set(await self._texts())
        self.town.clock.now += seconds
        await self.owed.round()
        return [text for key, text in (await self._texts()).items() if key not in before]

    async def _texts(self) -> dict[str, str]:
        rows: list[dict[str, Any]] = await self.registry.database.rows(select(tables.outbox))
        return {row["key"]: row["text"] for row in rows}
