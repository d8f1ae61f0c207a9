"""Distinct citizens: estimated per day, month and service, by keyed digests that no key reveals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from analytics.counters import Counters
from analytics.flush import Flushing, Searches
from analytics.people import DAYS_STORED, MAX_VISITS, MONTHS_STORED, DistinctCitizens, has_whole_months
from analytics.repository import UsageRepository
from state.errors import StoreUnavailable
from state.store.memory import InMemory
from tests.support.database import Registry
from tests.support.usage import Counted

TODAY = date(2026, 11, 30)


async def test_citizen_with_two_calls_counts_once(registry: Registry) -> None:
    here = Counted(registry.database)
    for number in (1, 2, 2, 3, 2):
        await here.town.phone(f"+229019000000{number}").dial()
        here.town.clock.now += 3600
    await here.flushing.flush()
    day = date(2026, 9, 21)
    assert await here.citizens.between(day, day, day) == 3
    assert await here.citizens.between(date(2026, 9, 1), date(2026, 9, 30), day) == 3
    assert await here.citizens.between(day - timedelta(days=9), day - timedelta(days=1), day) == 0


async def test_service_counts_its_own_citizens(registry: Registry) -> None:
    here = Counted(registry.database)
    for number, inputs in enumerate(("7*2*12", "7*2*12", "7*1")):
        await here.town.phone(f"+229019000000{number}").dial(inputs)
    await here.flushing.flush()
    found = await here.citizens.by_service(["price", "other"], date(2026, 9, 1), date(2026, 9, 30))
    assert found == {"price": 2, "other": 0}
    assert await here.kept("read") == {"service price": 2}


async def test_period_is_read_by_months_and_days() -> None:
    citizens = DistinctCitizens(InMemory())
    days = (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 2))
    await citizens.add((day.toordinal(), "", f"citizen {place}") for place, day in enumerate(days))
    assert await citizens.between(date(2026, 10, 1), date(2026, 10, 31), TODAY) == 2
    assert await citizens.between(date(2026, 9, 30), date(2026, 11, 2), TODAY) == 4
    assert await citizens.between(date(2026, 10, 2), date(2026, 11, 1), TODAY) == 1


@pytest.mark.parametrize(
    ("first", "last", "is_known"),
    [
        (TODAY - timedelta(days=DAYS_STORED), TODAY - timedelta(days=2), True),
        (TODAY - timedelta(days=DAYS_STORED + 1), TODAY - timedelta(days=2), False),
        (TODAY - timedelta(days=MONTHS_STORED), TODAY - timedelta(days=300), False),
        (date(2025, 11, 1), date(2025, 11, 30), True),
        (date(2025, 10, 1), date(2025, 10, 31), False),
        (TODAY, date(2027, 1, 31), True),
        (date(2027, 1, 1), date(2027, 1, 31), False),
    ],
)
async def test_forgotten_period_has_no_number(first: date, last: date, *, is_known: bool) -> None:
    found = await DistinctCitizens(InMemory()).between(first, last, TODAY)
    assert found == (0 if is_known else None)


class Away(InMemory):
    """A store that is away for one addition."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = True

    async def add_distinct(self, key: str, members: Sequence[str], life: float) -> None:
        if self.is_away:
            raise StoreUnavailable("made to fail")
        await super().add_distinct(key, members, life)


async def test_lost_store_keeps_citizens_for_the_next_flush(registry: Registry) -> None:
    counters, store = Counters(), Away()
    citizens = DistinctCitizens(store)
    flushing = Flushing(counters, UsageRepository(registry.database), Searches(store, "demo"), citizens)
    counters.record_citizen("a", ("service cip",), 0.0)
    assert await flushing.flush()
    store.is_away = False
    counters.record_citizen("b", ("commune cotonou",), 0.0)
    await flushing.flush()
    day = date(1970, 1, 1)
    assert await citizens.between(day, day, day) == 2
    assert await citizens.by_service(["cip"], day, day.replace(day=31)) == {"cip": 1}
    assert not counters.visits


async def test_keys_name_no_citizen_and_expire() -> None:
    store, counters = InMemory(), Counters()
    counters.record_citizen("0f" * 16, ("service cip",), 0.0)
    await DistinctCitizens(store).add(counters.visits)
    assert sorted(store.entries) == [
        "people:{people}:1970-01",
        "people:{people}:1970-01-01",
        "people:{people}:1970-01:service cip",
    ]
    assert not [stored for stored, _ in store.entries.values() if b"0f0f" in stored]
    await store.close()


def test_waiting_citizens_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.counters.MAX_VISITS", 3)
    counters = Counters()
    for number in range(9):
        counters.record_citizen(str(number), (), 0.0)
    assert len(counters.visits) == 3 < MAX_VISITS


def test_month_has_whole_months() -> None:
    assert has_whole_months(date(2026, 1, 1), date(2026, 12, 31))
    assert not has_whole_months(date(2026, 1, 1), date(2026, 12, 30))
    assert not has_whole_months(date(2026, 1, 2), date(2026, 1, 31))
