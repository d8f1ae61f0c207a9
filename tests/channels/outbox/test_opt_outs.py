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


async def test_who_opted_out_is_known_by_every_process_and_nobody_else_is(registry: Registry) -> None:
    assert not await OptOuts(registry.database).has(ANA)
    await OptOuts(registry.database).add(ANA)
    other = OptOuts(registry.database)
    assert await other.has(ANA)
    assert not await other.has(BIO)


async def test_opting_out_twice_is_once_and_the_first_time_is_kept(registry: Registry) -> None:
    clock = FakeClock()
    optouts = OptOuts(registry.database, clock)
    first = round(clock.now)
    await asyncio.gather(*(optouts.add(ANA) for _ in range(5)))
    clock.now += 100
    await optouts.add(ANA)
    assert await registry.database.rows(select(tables.opted_out)) == [{"citizen": ANA, "since": first}]


async def test_what_cannot_be_asked_is_not_taken_for_a_no(registry: Registry) -> None:
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
