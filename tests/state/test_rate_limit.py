"""Limits on guesses, in memory and in Valkey: their number, their end, and a store that cannot count."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest

from state import rate_limit
from state.errors import StoreUnavailable
from state.identity import Pseudonyms
from state.interfaces import Question
from state.rate_limit import (
    HOUR,
    MAX_NEAR,
    MAX_OWN_NEAR,
    MAX_WRONG,
    MAX_WRONG_ON_REFERENCE,
    RateLimits,
    TooManyGuesses,
)
from state.store.interface import Store
from state.store.memory import InMemory
from state.store.redis import RedisSessionStore
from tests.support.failing_store import FailingStore
from tests.support.patience import PATIENCE

PERSONAL = Question("files.one", {"number": "code", "proof": "proof"}, guarded=True, reference="number")
PUBLIC = Question("seats.one", {"exam": "text", "seat": "code"}, guess_range_field="seat")


@pytest.fixture(params=["memory", "valkey"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    store: Store = (
        InMemory()
        if request.param == "memory"
        else RedisSessionStore(request.getfixturevalue("shared_valkey").url, PATIENCE)
    )
    yield store
    await store.close()


async def test_simultaneous_tries_stay_within_the_limits(store: Store) -> None:
    limits, names = RateLimits(store, Pseudonyms("s")), [f"c{number}" for number in range(12)]
    made = await asyncio.gather(
        *(limits.reserve(PERSONAL, {"number": "1", "proof": f"{proof}"}, "me") for proof in range(20)),
        return_exceptions=True,
    )
    assert [isinstance(one, TooManyGuesses) for one in made].count(False) == MAX_WRONG
    made = await asyncio.gather(
        *(
            limits.reserve(PERSONAL, {"number": "2", "proof": f"{name}{one}"}, name)
            for one in range(5)
            for name in names
        ),
        return_exceptions=True,
    )
    admitted = [isinstance(one, TooManyGuesses) for one in made].count(False)
    assert MAX_WRONG_ON_REFERENCE <= admitted <= MAX_WRONG_ON_REFERENCE + len(names)


async def test_wait_ends_with_the_window(store: Store) -> None:
    limits = RateLimits(store, Pseudonyms("s"), lambda: 100.0)
    for proof in range(MAX_WRONG):
        await limits.reserve(PERSONAL, {"number": "1", "proof": f"{proof}"}, "me")
    with pytest.raises(TooManyGuesses) as refused:
        await limits.reserve(PERSONAL, {"number": "1", "proof": "x"}, "me")
    assert HOUR - PATIENCE < refused.value.until - 100.0 <= HOUR


async def test_citizen_may_try_again_after_the_window(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "HOUR", 0.4)
    limits = RateLimits(store, Pseudonyms("s"), lambda: 100.0)
    for proof in range(MAX_WRONG):
        await limits.reserve(PERSONAL, {"number": "1", "proof": f"{proof}"}, "me")
    async with asyncio.timeout(PATIENCE):
        for proof in itertools.count(MAX_WRONG):
            try:
                await limits.reserve(PERSONAL, {"number": "1", "proof": f"{proof}"}, "me")
                break
            except TooManyGuesses as refused:
                await asyncio.sleep(refused.until - 100.0)


async def test_series_limit_stops_its_participants(store: Store) -> None:
    limits = RateLimits(store, Pseudonyms("s"))
    for seat in range(MAX_NEAR):
        await limits.count_unknown(PUBLIC, {"exam": "e", "seat": f"880{seat:02}"}, f"c{seat}")
    for seat in range(MAX_OWN_NEAR):
        await limits.count_unknown(PUBLIC, {"exam": "e", "seat": f"8809{seat}"}, "me")
    with pytest.raises(TooManyGuesses):
        await limits.count_unknown(PUBLIC, {"exam": "e", "seat": "88098"}, "me")
    await limits.count_unknown(PUBLIC, {"exam": "other", "seat": "88098"}, "me")
    await limits.count_unknown(PUBLIC, {"exam": "e", "seat": "77098"}, "me")


async def test_failing_store_hides_personal_facts_only() -> None:
    limits = RateLimits(FailingStore(), Pseudonyms("s"))
    await limits.count_unknown(PUBLIC, {"exam": "e", "seat": "1"}, "me")
    await limits.release(rate_limit.Reserved("t", ["k"]))
    with pytest.raises(StoreUnavailable):
        await limits.reserve(PERSONAL, {"number": "1", "proof": "2"}, "me")
