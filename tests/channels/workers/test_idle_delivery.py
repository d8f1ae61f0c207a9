"""A delivery with nothing to do: it asks for messages rarely, and a new one or an end of a pause wakes it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import open_database, tables
from database.encryption import Seal
from database.interface import OpenDatabase
from state.cancellation import end_task
from tests.support.database import Registry
from tests.support.delivery_setup import NUMBER, House
from tests.support.patience import PATIENCE

PAUSE = {"kind": "gateway", "name": "sms", "paused_by": "somebody", "paused_at": 1}


@pytest.fixture(autouse=True)
def _no_looks_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.workers.delivery.LONGEST_IDLE", 2 * PATIENCE)


@pytest.fixture
async def idle(registry: Registry) -> AsyncIterator[House]:
    """A delivery that waits for messages, with a live signal."""
    house = House(registry)
    running = asyncio.create_task(house.delivery.run())
    watch, until = house.outbox.watch(), time.monotonic() + PATIENCE
    while not watch._signal.is_live:
        await watch.wait(0.05, 0.05)
        assert time.monotonic() < until
    await asyncio.sleep(1.0)  # longer than the usual pause: from now on the longest one counts
    yield house
    await end_task(running)


@pytest.fixture
async def other(registry: Registry) -> AsyncIterator[OpenDatabase]:
    """The same database, as another process has it."""
    found = open_database(registry.settings)
    yield found
    await found.close()


async def taken(house: House, key: str) -> None:
    until = time.monotonic() + PATIENCE
    while not house.gateway.took[key]:
        assert time.monotonic() < until, "nothing woke the delivery"
        await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_message_of_another_process_is_sent_at_once(idle: House, other: OpenDatabase) -> None:
    await Outbox(other, Seal("a secret"), idle.clock).enqueue(Message("new", "sms", NUMBER, "Bonjour"))
    await taken(idle, "new")


@pytest.mark.slow
async def test_end_of_a_pause_wakes_the_delivery(idle: House, other: OpenDatabase) -> None:
    async with other.exclusive_transaction() as writer:
        await writer.add(tables.paused, [PAUSE])
    await Outbox(other, Seal("a secret"), idle.clock).enqueue(Message("held", "sms", NUMBER, "Bonjour"))
    await asyncio.sleep(0.5)
    assert not idle.gateway.took["held"]
    async with other.exclusive_transaction() as writer:
        await writer.rows(delete(tables.paused).returning(tables.paused.c.name))
    await taken(idle, "held")
