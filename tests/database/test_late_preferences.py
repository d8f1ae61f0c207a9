"""Choices of a language are written to SQL late and together, and wait while it is down."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from authoring.replay.fakes import FakeClock
from database import preferences as late_preferences
from database import tables
from database.preferences import Choice, LatePreferences, PreferenceRepository
from state.preferences import Preference
from tests.e2e.test_server import until
from tests.support.database import Registry

pytestmark = pytest.mark.slow

ANA, BIO = "a" * 32, "b" * 32


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choices are written, and failed writes repeated, after a short time."""
    monkeypatch.setattr(late_preferences, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(late_preferences, "RETRY_SECONDS", 0.05)


async def chosen_rows(registry: Registry) -> list[dict[str, Any]]:
    return await registry.database.rows(select(tables.preferences).order_by(tables.preferences.c.citizen))


async def languages(registry: Registry, many: int) -> dict[str, str]:
    """The stored languages, once there are so many."""
    for _ in range(500):
        found = {row["citizen"]: row["language"] for row in await chosen_rows(registry)}
        if len(found) >= many:
            return found
        await asyncio.sleep(0.01)
    raise AssertionError(f"{found} only")


async def test_choices_are_written_together_after_a_moment(registry: Registry) -> None:
    late = LatePreferences(PreferenceRepository(registry.database, 1.0, FakeClock()))
    for code in ("yo", "fon"):
        late.keep(ANA, Preference(code, "c1"))
        late.keep(BIO, Preference("fr"))
    assert await chosen_rows(registry) == []
    assert (await late.of(ANA), await late.of(BIO)) == (Preference("fon", "c1"), Preference("fr"))
    assert await languages(registry, 2) == {ANA: "fon", BIO: "fr"}
    assert [row["chosen_at"] for row in await chosen_rows(registry)] == [FakeClock().now] * 2


async def test_closing_writes_what_waits_and_nothing_waits_for_it_afterwards(registry: Registry) -> None:
    late = LatePreferences(PreferenceRepository(registry.database, 5.0))
    many = [f"{number:032}" for number in range(late_preferences.MAX_ROWS + 1)]
    for citizen in many:
        late.keep(citizen, Preference("fon"))
    began = time.monotonic()
    await late.close()
    assert time.monotonic() - began < late_preferences.PAUSE_SECONDS
    assert [row["citizen"] for row in await chosen_rows(registry)] == many
    await late.close()


async def test_an_earlier_choice_of_another_process_does_not_replace_a_later_one(registry: Registry) -> None:
    async def keep(stored: PreferenceRepository, language: str, at: int) -> None:
        await stored.keep_all({ANA: Choice(Preference(language), at)})

    stored = PreferenceRepository(registry.database, 1.0, lambda: 300.0)
    await keep(stored, "fon", 200)
    await keep(stored, "yo", 100)
    assert await stored.of(ANA) == Preference("fon")
    await keep(stored, "bba", 200)
    assert await stored.of(ANA) == Preference("bba")


@pytest.mark.usefixtures("soon")
async def test_choices_wait_for_a_registry_that_is_down_and_the_log_names_nobody(filled: Registry) -> None:
    late = LatePreferences(PreferenceRepository(filled.database, 1.0))
    await filled.stop()
    with capture_logs() as logs:
        late.keep(ANA, Preference("fon"))
        await until(lambda: logs)
        late.keep(BIO, Preference("yo"))
        assert (await late.of(ANA), await late.of(BIO)) == (Preference("fon"), Preference("yo"))
        await filled.start()
        assert await languages(filled, 2) == {ANA: "fon", BIO: "yo"}
    assert {line["event"] for line in logs} == {"languages not kept yet"}
    assert ANA not in str(logs)
    await late.close()


async def test_a_registry_that_stays_down_does_not_hold_up_the_end(filled: Registry) -> None:
    late = LatePreferences(PreferenceRepository(filled.database, 0.5))
    late.keep(ANA, Preference("fon"))
    await filled.stop()
    async with asyncio.timeout(5):
        await late.close()
    assert await late.of(ANA) == Preference("fon")
    await filled.start()


async def test_waiting_choices_have_a_bound_and_the_oldest_is_dropped(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_preferences, "MAX_WAITING", 2)
    late = LatePreferences(PreferenceRepository(registry.database, 1.0))
    for citizen in (ANA, BIO, ANA, "c" * 32):
        late.keep(citizen, Preference("fon"))
    await late.close()
    assert [row["citizen"] for row in await chosen_rows(registry)] == [BIO, "c" * 32]
