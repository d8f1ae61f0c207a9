"""Who opted out stays so until asking for messages again, and the journal has each choice: SQLite and PostgreSQL."""

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


async def test_opt_out_ends_once_and_may_begin_again(registry: Registry) -> None:
    clock = FakeClock()
    optouts, first = OptOuts(registry.database, clock), round(clock.now)
    assert not await optouts.remove(ANA, "start")
    await optouts.add(ANA)
    await optouts.add(BIO, "gateway")
    clock.now += 1
    assert sorted(await asyncio.gather(*(optouts.remove(ANA, "start") for _ in range(3)))) == [False, False, True]
    assert (await optouts.has(ANA), await optouts.has(BIO)) == (False, True)
    clock.now += 1
    await optouts.add(ANA)
    clock.now += 1
    assert await optouts.remove(ANA, "alert")
    journal = await registry.database.rows(select(tables.consents).order_by(tables.consents.c.at))
    assert [(row["at"] - first, row["choice"]) for row in journal if row["citizen"] == ANA] == [
        (0, "stop"),
        (1, "start"),
        (2, "stop"),
        (3, "alert"),
    ]
    assert [row["choice"] for row in journal if row["citizen"] == BIO] == ["gateway"]


async def test_failing_database_is_not_a_missing_opt_out(registry: Registry) -> None:
    optouts = OptOuts(registry.database)
    await optouts.add(ANA)
    await registry.database.close()  # empties SQLite's log, which would still be read
    await registry.stop()
    with pytest.raises(SourceUnavailable):
        await optouts.has(ANA)
    with pytest.raises(SourceUnavailable):
        await optouts.add(BIO)
    with pytest.raises(SourceUnavailable):
        await optouts.remove(ANA, "start")
    await registry.start()
    assert await optouts.has(ANA)
