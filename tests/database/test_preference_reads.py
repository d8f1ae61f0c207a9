"""Reads of preferences share queries when calls open at the same time, and none waits for another's failure."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from database.preference_reads import SIZES, PreferenceReads
from database.preferences import Choice, PreferenceRepository
from state.errors import SourceUnavailable
from state.preferences import Preference
from tests.support.database import Registry


class Asked:
    """A database in front of another, which counts the queries and may fail."""

    def __init__(self, registry: Registry) -> None:
        self._database, self.citizens, self.fails = registry.database, list[int](), False

    async def rows(self, asked: Any, **values: object) -> list[dict[str, Any]]:
        self.citizens.append(len({value for name, value in values.items() if name != "since"}))
        if self.fails:
            raise SourceUnavailable("made to fail")
        return await self._database.rows(asked, **values)


@pytest.fixture
async def asked(registry: Registry) -> Asked:
    names = [f"{number:032}" for number in range(0, 200, 2)]
    chosen = {name: Choice(Preference("fon", name), 100 + int(name)) for name in names}
    await PreferenceRepository(registry.database, 9.0).keep_all(chosen)
    return Asked(registry)


def reads_of(asked: Any) -> PreferenceReads:
    return PreferenceReads(asked)


@pytest.mark.parametrize("many", [1, 2, 4, 5, 64, 65, 200])
async def test_each_citizen_gets_the_own_preference_or_an_empty_one(asked: Asked, many: int) -> None:
    reads, names = reads_of(asked), [f"{number:032}" for number in range(many)]
    found = await asyncio.gather(*(reads.of(name, 99) for name in names))
    assert found == [Preference() if int(name) % 2 else Preference("fon", name) for name in names]
    assert asked.citizens == [min(SIZES[-1], many - done) for done in range(0, many, SIZES[-1])]


async def test_old_choices_are_not_read(asked: Asked) -> None:
    reads = reads_of(asked)
    names = [f"{number:032}" for number in (0, 2, 4)]
    assert [one.language for one in await asyncio.gather(*(reads.of(name, 102) for name in names))] == ["", "", "fon"]


async def test_a_failed_query_fails_for_its_callers_only(asked: Asked) -> None:
    reads = reads_of(asked)
    asked.fails = True
    outcomes = await asyncio.gather(*(reads.of(f"{number:032}", 99) for number in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [SourceUnavailable] * 3
    asked.fails = False
    assert await reads.of("0" * 32, 99) == Preference("fon", "0" * 32)


async def test_a_caller_who_gives_up_takes_the_answer_from_nobody(asked: Asked) -> None:
    reads = reads_of(asked)
    gone, stays = reads.of("0" * 32, 99), reads.of("0" * 32, 99)
    gone.cancel()
    assert await stays == Preference("fon", "0" * 32)
