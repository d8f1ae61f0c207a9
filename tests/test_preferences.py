"""What citizens chose is told again for a year, whoever keeps it: the stand-in of the tests, SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from settings import Settings
from sources import tables
from sources.database import Database
from sources.opening import open_sources
from sources.preferences import YEAR, Chosen
from state.errors import SourceUnavailable
from state.messages import Preference, Preferences
from tests.market import Clock
from tests.preferences import Remembered
from tests.registry import Registry

ANA, BIO = "a" * 32, "b" * 32


@pytest.fixture(params=["in memory", "in the registry"])
def preferences(request: pytest.FixtureRequest, registry: Registry) -> Preferences:
    return Remembered() if request.param == "in memory" else Chosen(registry.database, 1.0)


async def test_nothing_is_known_before_the_first_choice(preferences: Preferences) -> None:
    assert await preferences.of(ANA) == Preference()


async def test_what_is_kept_is_told_again_to_the_same_citizen_only(preferences: Preferences) -> None:
    await preferences.keep(ANA, Preference("fon", "session-1"))
    assert await preferences.of(ANA) == Preference("fon", "session-1")
    assert await preferences.of(BIO) == Preference()


async def test_a_second_choice_takes_the_place_of_the_first(preferences: Preferences) -> None:
    await preferences.keep(ANA, Preference("fon", "session-1"))
    await preferences.keep(ANA, Preference("yo"))
    assert await preferences.of(ANA) == Preference("yo")


async def test_many_choices_at_once_leave_one_for_each_citizen(preferences: Preferences) -> None:
    await asyncio.gather(*(preferences.keep(ANA, Preference(code)) for code in ("fr", "fon", "yo", "bba") * 2))
    assert (await preferences.of(ANA)).language in ("fr", "fon", "yo", "bba")


async def test_choices_made_at_the_same_moment_are_written_together(registry: Registry) -> None:
    """Thousands choose in the first minutes of results day: one transaction each would be too slow for a file."""
    writing = Counted(registry.database)
    chosen = Chosen(writing, 5.0)
    await asyncio.gather(*(chosen.keep(f"{number:032}", Preference("fon")) for number in range(200)))
    assert writing.transactions < 5
    assert [await chosen.of(f"{number:032}") for number in (0, 199)] == [Preference("fon")] * 2


class Counted:
    """A database whose transactions are counted."""

    def __init__(self, database: Database) -> None:
        self._database, self.transactions = database, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def alone(self) -> Any:
        self.transactions += 1
        return self._database.alone()


async def test_another_process_is_told_the_same(registry: Registry) -> None:
    await Chosen(registry.database, 1.0).keep(ANA, Preference("fon"))
    assert await Chosen(registry.database, 1.0).of(ANA) == Preference("fon")


async def test_a_choice_is_forgotten_after_a_year_and_removed_when_zin_starts(registry: Registry) -> None:
    clock = Clock()
    chosen = Chosen(registry.database, 1.0, clock)
    await chosen.keep(ANA, Preference("fon"))
    clock.now += YEAR - 1
    assert await chosen.of(ANA) == Preference("fon")
    await chosen.keep(BIO, Preference("yo"))
    clock.now += 1
    assert await chosen.of(ANA) == Preference()
    await chosen.forget_old()
    left = await registry.database.rows(select(tables.preferences.c.citizen))
    assert [row["citizen"] for row in left] == [BIO]


async def test_old_choices_are_removed_when_the_sources_open(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    sources = await open_sources(settings)
    await sources.preferences.keep(ANA, Preference("fon"))
    await sources.close()
    sources = await open_sources(settings)
    assert await sources.preferences.of(ANA) == Preference("fon")
    await sources.close()


async def test_a_registry_that_is_down_says_so_and_nothing_of_the_citizen(filled: Registry) -> None:
    chosen = Chosen(filled.database, 1.0)
    await filled.stop()
    with pytest.raises(SourceUnavailable) as unread:
        await chosen.of(ANA)
    with pytest.raises(SourceUnavailable) as unwritten:
        await chosen.keep(ANA, Preference("fon"))
    assert ANA not in f"{unread.value} {unwritten.value}"


async def test_a_registry_that_is_slow_is_waited_for_no_longer_than_said(registry: Registry) -> None:
    chosen = Chosen(registry.database, 0.2)
    async with registry.database.alone():  # somebody else writes for a long time
        with pytest.raises(SourceUnavailable, match="late"):
            await chosen.keep(ANA, Preference("fon"))
    await chosen.keep(ANA, Preference("fon"))
    assert await chosen.of(ANA) == Preference("fon")
