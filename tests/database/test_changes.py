"""The signal of changes, over SQLite and PostgreSQL: new rows end a wait, in whatever process they were written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete

from database import open_database, tables
from database.changes import Watch
from database.interface import OpenDatabase
from database.migrations import migrate
from tests.support.database import Registry
from tests.support.patience import PATIENCE

PAUSE = {"kind": "gateway", "name": "sms", "paused_by": "somebody", "paused_at": 1}
PROMISE = {
    "key": "one",
    "kind": "message",
    "citizen": "a" * 32,
    "sealed": "s",
    "seen": "",
    "topic": "",
    "tries": 0,
    "due_at": 1,
    "expires_at": 2,
    "request_id": None,
}


@pytest.fixture
async def other(registry: Registry) -> AsyncIterator[OpenDatabase]:
    """The same database, as another process has it."""
    found = open_database(registry.settings)
    yield found
    await found.close()


async def live(watch: Watch) -> Watch:
    """A watch whose signal is live, and that has nothing left to say."""
    until = time.monotonic() + PATIENCE
    while not watch._signal.is_live:
        await watch.wait(0.05, 0.05)
        assert time.monotonic() < until
    await asyncio.sleep(0.5)
    await watch.wait(0.0, 0.0)
    return watch


async def wakes(watch: Watch) -> bool:
    """Whether the wait ends by a change."""
    began = time.monotonic()
    await watch.wait(PATIENCE, PATIENCE)
    return time.monotonic() - began < PATIENCE / 2


async def test_row_of_another_process_ends_the_wait(registry: Registry, other: OpenDatabase) -> None:
    watch = await live(registry.database.watch(tables.promises))
    waiting = asyncio.create_task(wakes(watch))
    await asyncio.sleep(0)
    await other.insert_once(tables.promises, PROMISE)
    assert await waiting


async def test_row_written_before_the_wait_ends_it_too(registry: Registry, other: OpenDatabase) -> None:
    watch = await live(registry.database.watch(tables.paused))
    async with other.exclusive_transaction() as writer:
        await writer.add(tables.paused, [PAUSE])
    assert await wakes(watch)
    async with other.exclusive_transaction() as writer:
        await writer.rows(delete(tables.paused).returning(tables.paused.c.name))
    assert await wakes(watch)


async def test_wait_without_a_change_lasts(registry: Registry) -> None:
    watch = await live(registry.database.watch(tables.promises))
    began = time.monotonic()
    await watch.wait(0.0, 0.3)
    assert time.monotonic() - began >= 0.29


async def test_other_tables_end_no_wait_on_postgresql(registry: Registry, other: OpenDatabase) -> None:
    if registry.server is None:
        pytest.skip("a SQLite file says only that something changed")
    promises, paused = (registry.database.watch(table) for table in (tables.promises, tables.paused))
    await live(promises)
    await live(paused)
    await other.insert_once(tables.promises, PROMISE)
    assert await wakes(promises)
    assert not paused._changed.is_set()


async def test_lost_signal_leads_to_the_usual_wait_and_returns(registry: Registry, other: OpenDatabase) -> None:
    watch = await live(registry.database.watch(tables.promises))
    await registry.stop()
    until = time.monotonic() + PATIENCE
    while watch._signal.is_live:
        await watch.wait(0.05, 0.05)
        assert time.monotonic() < until
    await watch.wait(0.0, PATIENCE)  # does not last
    await registry.start()
    await other.close()
    await live(watch)
    await other.insert_once(tables.promises, PROMISE)
    assert await wakes(watch)


async def test_closed_signal_begins_again(registry: Registry, other: OpenDatabase) -> None:
    watch = await live(registry.database.watch(tables.promises))
    await registry.database.close()
    await live(watch)
    await other.insert_once(tables.promises, PROMISE)
    assert await wakes(watch)


async def test_signal_waits_for_a_database_that_is_not_there_yet(bare: Registry, other: OpenDatabase) -> None:
    watch = bare.database.watch(tables.promises)
    await watch.wait(0.0, 0.0)
    await migrate(other)
    await live(watch)


def test_table_that_nobody_announces_is_refused(registry: Registry) -> None:
    with pytest.raises(AssertionError, match="nobody announces figures"):
        registry.database.watch(tables.figures)
