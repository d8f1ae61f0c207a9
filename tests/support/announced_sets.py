"""A published set whose news are on their way to a gateway."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from sqlalchemy import func, select

from channels.contracts.sender import Message, RetryLater
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from results.announcer import TOPIC
from tests.support.database import Registry
from tests.support.delivery_rounds import RoundWorker, no_pace
from tests.support.results_desk import BAC, PAUL
from tests.support.successive_sets import Sets

ABOUT = f"{TOPIC}:{BAC.code}"


class Announced(Sets):
    """A published set whose news go out one by one to a gateway that notes what it took, and takes a while."""

    gateway, per_second = "sms", 1000.0

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry)
        self.outbox = Outbox(registry.database, Seal("a secret"), self.clock)
        self.took: Counter[str] = Counter()
        self.seconds, self.fails = 0.005, False
        self.quick, self.may_end = 10_000, asyncio.Event()  # how many it ends before it waits for the event

    async def send(self, message: Message) -> str:
        self.took[message.text] += 1
        await asyncio.sleep(self.seconds)
        if self.took.total() > self.quick:
            await self.may_end.wait()
        if self.fails:
            raise RetryLater("made to fail")
        return f"ATXid_{message.key}"

    async def close(self) -> None:
        return None

    async def basis(self, seat: str = "105") -> int:
        await self.answer(seat)
        found = await self.board.find(BAC.code, seat)
        assert found
        return found[1].publication

    async def announce(self, many: int, words: str, seat: str = "105", **more: Any) -> int:
        basis = await self.basis(seat)
        for number in range(many):
            await self.outbox.enqueue(self.message(f"{words} {number}", words, basis, **more))
        return basis

    def message(self, key: str, words: str, basis: int, **more: Any) -> Message:
        return Message(key, "sms", "+2290190000001", words, topic=ABOUT, basis=basis, **more)

    def delivery(self) -> RoundWorker:
        async def stopped(to: object) -> bool:
            return False

        return RoundWorker(self.outbox, [self], no_pace, stopped, lambda: 0.5)

    async def states(self) -> dict[str, int]:
        column = tables.outbox.c.state
        rows = await self.registry.database.rows(select(column, func.count().label("many")).group_by(column))
        return {row["state"]: row["many"] for row in rows}

    async def words_left(self) -> int:
        asked = select(func.count().label("many")).where(tables.outbox.c.text != "")
        return int((await self.registry.database.rows(asked))[0]["many"])


async def withdraw(desk: Sets) -> None:
    await desk.publishing.withdraw(PAUL, BAC.code, "", "une erreur")


async def withdraw_borgou(desk: Sets) -> None:
    await desk.publishing.withdraw(PAUL, BAC.code, "Borgou", "une erreur")
