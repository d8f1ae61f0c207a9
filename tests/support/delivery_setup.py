"""A delivery worker over a gateway with given outcomes."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar

from sqlalchemy import select

from authoring.replay.fakes import FakeClock
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from state.interfaces import Recipient
from state.store.interface import Allowance
from tests.support.database import Registry
from tests.support.delivery_rounds import RoundWorker

NUMBER = "+2290190000001"


class Gateway:
    """A sender whose `does` maps a message's key to an error, or to seconds that it takes."""

    gateway: ClassVar[str] = "sms"
    per_second: ClassVar[float] = 1000.0

    def __init__(self) -> None:
        self.does: dict[str, Exception | float] = {}
        self.took: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0

    async def close(self) -> None:
        """Nothing is held open."""

    async def send(self, message: Message) -> str:
        behaviour = self.does.get(message.key)
        if isinstance(behaviour, Exception):
            raise behaviour
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(behaviour or 0)
        finally:
            self.at_once -= 1
        self.took[message.key] += 1
        return f"ref-{message.key}"


class House:
    """An outbox, a delivery with no chance in it, and the gateway behind."""

    def __init__(self, registry: Registry) -> None:
        self.clock, self.gateway, self.registry = FakeClock(), Gateway(), registry
        self.paces: list[float | Exception] = []
        self.outbox = Outbox(registry.database, Seal("a secret"), self.clock)
        self.stopped: set[str] = set()
        self.delivery = RoundWorker(self.outbox, [self.gateway], self.pace, self.has_stopped, lambda: 0.5)

    async def pace(self, gateway: str, most: int) -> Allowance:
        pace = self.paces.pop(0) if self.paces else 0.0
        if isinstance(pace, Exception):
            raise pace
        return Allowance(0 if pace else most, pace)

    async def has_stopped(self, who: Recipient) -> bool:
        return who.address in self.stopped

    async def post(self, *keys: str, gateway: str = "sms") -> None:
        for key in keys:
            await self.outbox.enqueue(Message(key, gateway, NUMBER, "Bonjour"))

    async def rows(self) -> dict[str, dict[str, Any]]:
        return {row["key"]: row for row in await self.registry.database.rows(select(tables.outbox))}

    async def seconds(self, key: str) -> float:
        """In how many seconds a message is due again."""
        return float((await self.rows())[key]["due_at"] / 1000 - self.clock.now)
