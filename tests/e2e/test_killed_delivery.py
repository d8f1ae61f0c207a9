"""Delivery processes are killed at any moment: every message arrives, few twice, none is lost or sent while paused."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select

from channels.contracts.sender import Message
from channels.outbox.pauses import Pauses
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from tests.support.database import Registry
from tests.support.deliverer import IN_FLIGHT
from tests.support.killed_processes import Crew, deliverers
from tests.support.patience import PATIENCE
from tests.support.sms_gateway import FakeAnswer, FakeGateway, fake_gateway, recipient

pytestmark = pytest.mark.kill

KILLS = 6
MESSAGES = 240
BAC = "exams.result:bac-2027"
HELD = select(tables.outbox.c.key).where(tables.outbox.c.state == "sending")
LEFT = select(func.count().label("left")).where(tables.outbox.c.state != "sent")


@asynccontextmanager
async def crew(registry: Registry, gateway: FakeGateway) -> AsyncIterator[Crew]:
    crew = deliverers(registry, gateway)
    try:
        await asyncio.gather(crew.start(), crew.start())
        yield crew
    finally:
        await crew.stop()


async def test_every_message_arrives_whatever_is_killed(registry: Registry) -> None:
    outbox = Outbox(registry.database, Seal(*registry.settings.secrets.rest))
    for number in range(MESSAGES):
        await outbox.enqueue(Message(f"m{number:03}", "sms", "+2290190000001", f"message {number:03}"))
    async with fake_gateway() as gateway:
        gateway.says = lambda form: FakeAnswer(recipient(named=f"ATXid_{form['message'][-3:]}"), seconds=0.25)
        async with crew(registry, gateway) as processes, asyncio.timeout(PATIENCE):
            kills = 0
            while (await registry.database.rows(LEFT))[0]["left"]:
                await asyncio.sleep(random.uniform(0.2, 0.6))
                if kills < KILLS and gateway.forms:
                    await processes.kill_one()
                    kills += 1
        arrived = Counter(form["message"] for form in gateway.forms)
    assert len(arrived) == MESSAGES
    assert gateway.sent_at_once == []
    assert kills > KILLS / 2
    assert sum(arrived.values()) - MESSAGES <= kills * IN_FLIGHT


async def test_pause_holds_while_processes_are_killed_and_started(registry: Registry) -> None:
    outbox = Outbox(registry.database, Seal(*registry.settings.secrets.rest))
    pauses = Pauses(registry.database)
    news = {f"news {number:03}" for number in range(MESSAGES)}
    for number, text in enumerate(sorted(news)):
        await outbox.enqueue(Message(f"m{number:03}", "sms", "+2290190000001", text, topic=BAC))
    async with fake_gateway() as gateway:

        def arrived() -> list[str]:
            return [form["message"] for form in gateway.forms]

        gateway.says = lambda form: FakeAnswer(recipient(named=f"ATXid_{form['message'][-3:]}"), seconds=0.1)
        async with crew(registry, gateway) as processes, asyncio.timeout(PATIENCE):
            await _until(lambda: len(gateway.forms) > IN_FLIGHT)
            await pauses.pause("awa", BAC)
            while await registry.database.rows(HELD):  # noqa: ASYNC110 - what is waited for is in the registry
                await asyncio.sleep(0.05)
            held = len(gateway.forms)
            for answer in ("answer 1", "answer 2"):
                await processes.kill_one()
                await outbox.enqueue(Message(answer, "sms", "+2290190000001", answer))
                await _until(lambda answer=answer: answer in arrived())  # type: ignore[misc]
            assert not news & set(arrived()[held:])
            assert held < MESSAGES
            await pauses.resume("awa", BAC)
            await _until(lambda: news <= set(arrived()))


async def _until(met: Callable[[], bool]) -> None:
    while not met():  # noqa: ASYNC110 - what is waited for happens in other processes
        await asyncio.sleep(0.02)
