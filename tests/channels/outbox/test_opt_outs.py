"""Who opted out once has opted out for good: over SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from authoring.replay.fakes import FakeClock
from channels.outbox.opt_outs import OptOuts
from database import tables
from state.errors import SourceUnavailable
from tests.support.database import Registry

ANA, BIO = "a" * 32, "b" * 32


async def test_opt_out_is_known_to_every_process(registry: Registry) -> None:
    assert not await OptOuts(registry.database).has(ANA)
    await OptOuts(registry.database).add(ANA)
    other = OptOuts(registry.database)
    assert await other.has(ANA)
    assert not await other.has(BIO)


async def test_second_opt_out_keeps_the_first_time(registry: Registry) -> None:
    clock = FakeClock()
    optouts = OptOuts(registry.database, clock)
    first = round(clock.now)
    await asyncio.gather(*(optouts.add(ANA) for _ in range(5)))
    clock.now += 100
    await optouts.add(ANA)
    assert await registry.database.rows(select(tables.opted_out)) == [{"citizen": ANA, "since": first}]


async def test_failing_database_is_not_a_missing_opt_out(registry: Registry) -> None:
    optouts = OptOuts(registry.database)
    await optouts.add(ANA)
    await registry.database.close()  # empties SQLite's log, which would still be read
    await registry.stop()
    with pytest.raises(SourceUnavailable):
        await optouts.has(ANA)
    with pytest.raises(SourceUnavailable):
        await optouts.add(BIO)
    await registry.start()
    assert await optouts.has(ANA)
