"""A hundred thousand messages, one delivery that lives and one that is killed again and again: part of `make soak`.

Every message arrives at the gateway; those that come twice are at most what the killed processes held; and the process
that lives takes no more memory at the end than near the beginning.
"""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from tests.support.database import Registry
from tests.support.deliverer import IN_FLIGHT
from tests.support.killed_processes import Crew, deliverers
from tests.support.sms_gateway import FakeAnswer, fake_gateway, recipient

MESSAGES: Final = 100_000
PAUSE: Final = 5.0  # seconds between two kills
GROWTH: Final = 1.15  # of the memory of the process that lives, from a tenth of the way to the end
LEFT = select(func.count().label("left")).where(tables.outbox.c.state != "sent")


async def fill(registry: Registry) -> None:
    outbox = Outbox(registry.database, Seal(*registry.settings.secrets.rest))
    for start in range(0, MESSAGES, 200):
        posts = (Message(f"m{n}", "sms", "+2290190000001", f"message {n:06}") for n in range(start, start + 200))
        await asyncio.gather(*map(outbox.enqueue, posts))


def resident(pid: int) -> int:
    """Bytes of memory that a process has."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


class Arrivals:
    """What came to the gateway, and what the process that lives held then."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.doubles = self.kills = 0
        self.memory: list[tuple[int, int]] = []

    def take(self, form: dict[str, str]) -> FakeAnswer:
        self.doubles += form["message"] in self.seen
        self.seen.add(form["message"])
        return FakeAnswer(recipient(named=f"ATXid_{form['message'][-6:]}"))

    def peak_memory(self, since: float, until: float) -> int:
        """The most memory, in bytes, between two shares of the way."""
        return max(size for came, size in self.memory if since * MESSAGES <= came <= until * MESSAGES)

    async def watch(self, registry: Registry, crew: Crew, pid: int) -> None:
        """Kill the other process from time to time until everything is sent."""
        killed_at = time.monotonic()
        while (await registry.database.rows(LEFT))[0]["left"]:
            await asyncio.sleep(1)
            self.memory.append((len(self.seen), resident(pid)))
            if time.monotonic() - killed_at > PAUSE * random.uniform(0.5, 1.5):
                await crew.kill_one()
                killed_at, self.kills = time.monotonic(), self.kills + 1


@pytest.mark.timeout(900)
async def test_all_messages_arrive_and_memory_stays_flat(registry: Registry) -> None:
    await fill(registry)
    arrivals = Arrivals()
    async with fake_gateway() as gateway:
        gateway.says, gateway.keeps = arrivals.take, False
        crew = deliverers(registry, gateway)
        await crew.start()
        lives = crew.running.pop()  # beyond the reach of who kills
        try:
            await crew.start()
            async with asyncio.timeout(800):
                await arrivals.watch(registry, crew, lives.pid)
        finally:
            crew.running.append(lives)
            await crew.stop()
    early, late = arrivals.peak_memory(0, 0.1), arrivals.peak_memory(0.5, 1)
    summary = f"{arrivals.kills} kills, {arrivals.doubles} twice, {early >> 20} MiB then {late >> 20} MiB"
    print(f"{registry.database.dialect}: {summary}")
    assert len(arrivals.seen) == MESSAGES
    assert arrivals.kills > 5
    assert arrivals.doubles <= arrivals.kills * IN_FLIGHT
    assert late < early * GROWTH
    assert gateway.sent_at_once == []
