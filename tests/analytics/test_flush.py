"""Flushes of usage counts: none is lost or counted twice by failures, other processes or the end."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from analytics.counters import OVERFLOW_NAME, Counters, Figure, figures_of
from analytics.flush import Flushing, Searches, flushing
from analytics.people import DistinctCitizens
from analytics.repository import MAX_NAMES, UsageRepository
from state.errors import SourceUnavailable
from state.store.memory import InMemory
from tests.support.conversation import Town
from tests.support.database import Registry
from tests.support.usage import Counted, add, counting, rows


async def test_two_processes_add_up(registry: Registry) -> None:
    town = Town()
    both = Counted(registry.database), Counted(registry.database)
    for number in range(20):
        counting(town, both[number % 2].counters)
        await town.phone(f"+22901900000{number:02}").dial("7*2")
        await asyncio.gather(*(one.flushing.flush() for one in both))
    assert await both[0].kept("calls") == {"test": 20}
    assert (await both[1].kept("arrived"))["fruits.many"] == 20


async def test_many_flushes_at_once_lose_nothing(registry: Registry) -> None:
    day = date(2026, 11, 24)
    batches = [
        [Figure(day, hour, "arrived", f"s{place}", 1) for place in range(50)] for hour in (8, 9) for _ in range(10)
    ]
    await asyncio.gather(*(UsageRepository(registry.database).add(one) for one in batches))
    found = await rows(registry.database)
    assert (len(found), sum(row["many"] for row in found)) == (100, 1000)


async def test_failed_flush_is_repaired_by_the_next(registry: Registry) -> None:
    here = Counted(registry.database)
    await here.town.phone("+2290196000001").dial()
    await registry.database.close()
    await registry.stop()
    assert not await here.flushing.flush()
    await here.town.phone("+2290196000002").dial()
    assert not await here.flushing.flush()
    await registry.start()
    assert await here.kept("calls") == {"test": 2}
    assert await here.kept("calls") == {"test": 2}


async def test_what_was_counted_is_kept_at_the_end(registry: Registry) -> None:
    here = Counted(registry.database)
    async with flushing(here.flushing):
        await here.town.phone().dial()
    assert [row["many"] for row in await rows(registry.database) if row["what"] == "calls"] == [1]


async def test_counting_error_stops_nothing() -> None:
    class Broken(UsageRepository):
        def __init__(self) -> None:
            self.tries = 0

        async def add(self, counts: object) -> None:
            self.tries += 1
            raise ValueError("a mistake of ours")

    counters, ledger, store = Counters(), Broken(), InMemory()
    town = counting(Town(), counters)
    async with flushing(Flushing(counters, ledger, Searches(store, "demo"), DistinctCitizens(store))):
        assert (await town.phone().dial()).text
    assert ledger.tries == 1
    assert [figure.many for figure in figures_of(counters.drain()) if figure.what == "calls"] == [1]


async def test_names_beyond_the_bound_are_counted_together(registry: Registry) -> None:
    day = date(2026, 11, 24)
    many = [Figure(day, 8, "arrived", f"s{place}", 2 if place < MAX_NAMES else 1) for place in range(MAX_NAMES + 7)]
    await add(registry.database, *many)
    found = {row["of"]: row["many"] for row in await rows(registry.database)}
    assert (len(found), found[OVERFLOW_NAME]) == (MAX_NAMES + 1, 7)


async def test_a_ledger_without_a_database_says_so(registry: Registry) -> None:
    await registry.database.close()
    await registry.stop()
    with pytest.raises(SourceUnavailable):
        await add(registry.database, Figure(date(2026, 11, 24), 8, "calls", "test", 1))
