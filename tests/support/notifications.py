"""An operator who wants to be notified, and what waits for them, over a test database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import select

from accounts.accounts import Operator
from accounts.contacts import Contact, Contacts, Way
from authoring.replay.fakes import FakeClock
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from notifications.delivery import NotificationDelivery, Ways
from notifications.discovery import TaskDiscovery
from notifications.mailer import Mailer
from notifications.task_kinds import Waiting
from tests.support.database import Registry

EMAIL, NUMBER = "awa@exemple.bj", "+2290190000001"
NIGHT = (21, 7)


class Office:
    """The operators of a registry, what waits for each, and the workers that notify them."""

    def __init__(self, registry: Registry, mailer: Mailer | None = None) -> None:
        self.registry, self.clock = registry, FakeClock()
        self.contacts = Contacts(registry.database, Seal("demo"), self.clock)
        self.outbox = Outbox(registry.database, Seal("demo"), self.clock)
        self.waiting: dict[str, Sequence[Waiting]] = {}
        self.mailer = mailer

    async def open(self, name: str = "awa", way: Way = "email") -> None:
        account = {"role": "approver", "password": "x", "created_at": 0, "visits_ended": 0, "ministry": ""}
        await self.registry.add(tables.operators, {"name": name, **account, "closed_at": None, "visited_at": None})
        await self.contacts.change(name, Contact(way, EMAIL, NUMBER))

    def discovery(self) -> TaskDiscovery:
        return TaskDiscovery(self.registry.database, self.find, self.clock)

    async def find(self, account: Operator) -> Sequence[Waiting]:
        return self.waiting.get(account.name, ())

    def delivery(self, quiet: tuple[int, int] | None = None) -> NotificationDelivery:
        ways = Ways(self.mailer, self.outbox, quiet)
        return NotificationDelivery(self.registry.database, self.contacts, ways, self.clock)

    async def look(self, after: float = 0.0) -> None:
        """Look at every account, so many seconds later."""
        self.clock.now += after
        discovery = self.discovery()
        while await discovery.look():
            pass

    async def rows(self) -> list[dict[str, Any]]:
        """The notifications that wait or failed."""
        found = await self.registry.database.rows(select(tables.notifications))
        return [{**row, "content": orjson.loads(row["content"])} for row in found]

    async def texts(self) -> list[str]:
        """The SMS in the outbox."""
        return [row["text"] for row in await self.registry.database.rows(select(tables.outbox.c.text))]
