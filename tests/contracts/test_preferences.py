"""Preferences are returned for a year, and stored late, over the fake of the tests, SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from authoring.replay.fakes import FakeClock, FakePreferences
from database import tables
from database.preferences import CHOSEN, YEAR, Choice, LatePreferences, PreferenceRepository
from database.retention import remove_past
from database.sqlite_reader import Reader
from state.errors import SourceUnavailable
from state.preferences import Preference, Preferences
from tests.support.database import Registry, opened
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.slow

ANA, BIO = "a" * 32, "b" * 32


@pytest.fixture(params=["in memory", "in the registry"])
async def preferences(request: pytest.FixtureRequest, registry: Registry) -> AsyncIterator[Preferences]:
    late = LatePreferences(PreferenceRepository(registry.database, PATIENCE))
    yield FakePreferences() if request.param == "in memory" else late
    await late.close()


async def keep(stored: PreferenceRepository, citizen: str, *chosen: str) -> None:
    """Store a choice at once: the language, and the call."""
    await stored.keep_all({citizen: Choice(Preference(*chosen), int(stored.now()))})


async def test_preference_is_returned_to_the_same_citizen_only(preferences: Preferences) -> None:
    assert await preferences.of(ANA) == Preference()
    preferences.keep(ANA, Preference("fon", "session-1"))
    assert await preferences.of(ANA) == Preference("fon", "session-1")
    assert await preferences.of(BIO) == Preference()


async def test_a_second_choice_takes_the_place_of_the_first(preferences: Preferences) -> None:
    preferences.keep(ANA, Preference("fon", "session-1"))
    preferences.keep(ANA, Preference("yo"))
    assert await preferences.of(ANA) == Preference("yo")


async def test_many_choices_at_once_leave_one_for_each_citizen(preferences: Preferences) -> None:
    for code in ("fr", "fon", "yo", "bba") * 2:
        preferences.keep(ANA, Preference(code))
        await asyncio.sleep(0)
    await preferences.close()
    assert await preferences.of(ANA) == Preference("bba")


def choose_in_a_process_of_its_own(folder: Path, url: str, gate: Any, code: str) -> None:
    async def choose() -> None:
        registry = opened(folder, url=url)
        chosen = PreferenceRepository(registry.database, PATIENCE)
        gate.wait(PATIENCE)
        for number in range(20):
            await keep(chosen, ANA, code, f"{code}-{number}")
        await registry.database.close()

    asyncio.run(choose())


async def test_processes_that_write_the_same_citizen_at_once_leave_the_last_choice_of_one(registry: Registry) -> None:
    context = multiprocessing.get_context("spawn")
    gate, codes = context.Barrier(3), ("fon", "yo", "bba")
    given = registry.settings.data, registry.settings.database_url.get_secret_value(), gate
    begun = [context.Process(target=choose_in_a_process_of_its_own, args=(*given, code)) for code in codes]
    for process in begun:
        process.start()
    for process in begun:
        await asyncio.to_thread(process.join, PATIENCE)
    assert [process.exitcode for process in begun] == [0, 0, 0]
    assert await PreferenceRepository(registry.database, PATIENCE).of(ANA) in [
        Preference(code, f"{code}-19") for code in codes
    ]


async def test_a_choice_is_forgotten_after_a_year_and_then_removed(registry: Registry) -> None:
    clock = FakeClock()
    chosen = PreferenceRepository(registry.database, PATIENCE, clock)
    await keep(chosen, ANA, "fon")
    clock.now += YEAR - 1
    assert await chosen.of(ANA) == Preference("fon")
    await keep(chosen, BIO, "yo")
    clock.now += 1
    assert await chosen.of(ANA) == Preference()
    await remove_past(registry.database, CHOSEN, clock.now)
    left = await registry.database.rows(select(tables.preferences.c.citizen))
    assert [row["citizen"] for row in left] == [BIO]


async def test_choices_older_than_a_year_are_removed_alone(registry: Registry) -> None:
    now = int(time.time())
    old, young = ({"language": "fon", "call": "", "chosen_at": now - YEAR + seconds} for seconds in (-1, 600))
    await registry.add(tables.preferences, {"citizen": ANA, **old}, {"citizen": BIO, **young})
    before = await registry.database.rows(select(tables.preferences).where(tables.preferences.c.citizen == BIO))
    await remove_past(registry.database, CHOSEN, now)
    assert await registry.database.rows(select(tables.preferences)) == before


async def test_a_registry_that_is_down_says_so_and_nothing_of_the_citizen(filled: Registry) -> None:
    chosen = PreferenceRepository(filled.database, PATIENCE)
    await filled.stop()
    with pytest.raises(SourceUnavailable) as unread:
        await chosen.of(ANA)
    with pytest.raises(SourceUnavailable) as unwritten:
        await keep(chosen, ANA, "fon")
    assert ANA not in f"{unread.value} {unwritten.value}"
    await filled.start()
    await keep(chosen, ANA, "fon")
    assert await chosen.of(ANA) == Preference("fon")


@asynccontextmanager
async def held_up(registry: Registry) -> AsyncIterator[None]:
    """Nobody can read: the table is locked, or the thread that reads waits at a gate."""
    if registry.server:
        async with registry.database.exclusive_transaction() as writer:
            await writer.run("LOCK TABLE preferences;")
            yield
        return
    gate, read = threading.Event(), Reader._read
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reader, "_read", lambda self, batch: gate.wait(PATIENCE) and read(self, batch))
        yield
        gate.set()


async def test_a_registry_that_is_slow_is_waited_for_no_longer_than_said(registry: Registry) -> None:
    hasty, chosen = (PreferenceRepository(registry.database, seconds) for seconds in (0.2, PATIENCE))
    async with held_up(registry):
        await late(hasty.of(ANA))
    async with written_by_somebody_else(registry):
        await late(keep(hasty, ANA, "fon"))
    await keep(chosen, ANA, "fon")
    assert await chosen.of(ANA) == Preference("fon")


@asynccontextmanager
async def written_by_somebody_else(registry: Registry) -> AsyncIterator[None]:
    """Somebody writes for a long time: to a file nobody else can then, to a server not to the same table."""
    async with registry.database.exclusive_transaction() as writer:
        if registry.server:
            await writer.run("LOCK TABLE preferences IN SHARE MODE;")
        yield


async def late(asked: Any) -> None:
    with pytest.raises(SourceUnavailable, match="late"):
        await asked


class Mistaken:
    """A database whose driver fails in a way that nobody thought of."""

    async def rows(self, *_: object, **__: object) -> Any:
        raise AttributeError("server_version")

    async def upsert_all(self, *_: object) -> None:
        raise AttributeError("server_version")


async def test_a_driver_that_fails_in_any_other_way_is_unavailable_at_once_for_all_who_wait() -> None:
    mistaken: Any = Mistaken()
    chosen = PreferenceRepository(mistaken, 2 * PATIENCE)
    async with asyncio.timeout(PATIENCE):
        asked = chosen.of(ANA), keep(chosen, ANA, "fon"), keep(chosen, BIO, "yo")
        answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [SourceUnavailable] * 3


async def test_who_stops_waiting_does_not_take_the_choice_from_the_others(registry: Registry) -> None:
    chosen = PreferenceRepository(registry.database, PATIENCE)
    async with written_by_somebody_else(registry):
        waiting = [asyncio.create_task(keep(chosen, name, "fon")) for name in (ANA, BIO)]
        await asyncio.sleep(0.05)
        waiting[0].cancel()
    await asyncio.wait(waiting)
    assert (waiting[0].cancelled(), waiting[1].exception()) == (True, None)
    assert await chosen.of(BIO) == Preference("fon")
    async with asyncio.timeout(PATIENCE):  # the other is kept as well, with nobody waiting for it
        while await chosen.of(ANA) != Preference("fon"):
            pass
