"""Every store counts uses, tries and paces for all who share it, and forgets them in time."""

from __future__ import annotations

import asyncio
import time

from state.store.interface import Store, Window
from tests.support.patience import PATIENCE
from tests.support.watched_store import HOUR, Watched


async def test_pace_allows_a_burst_then_one_at_a_time(store: Store) -> None:
    assert [await store.throttle("sms", HOUR, 3, 1) for _ in range(3)] == [(1, 0)] * 3
    for _ in range(2):  # to have waited in vain costs nothing
        uses, wait = await store.throttle("sms", HOUR, 3, 1)
        assert uses == 0
        assert HOUR - PATIENCE < wait <= HOUR
    assert await store.throttle("whatsapp", HOUR, 3, 1) == (1, 0)


async def test_pace_allows_no_more_uses_than_it_has(store: Store) -> None:
    assert [(await store.throttle("sms", HOUR, 5, most)).uses for most in (2, 2, 2, 2)] == [2, 2, 1, 0]
    assert HOUR - PATIENCE < (await store.throttle("sms", HOUR, 5, 2)).seconds <= HOUR


async def test_pace_is_shared_by_all_callers(store: Store) -> None:
    async def send_five(most: int) -> None:
        left = 5
        while left:
            allowed = await store.throttle("sms", 0.02, 1, min(most, left))
            left -= allowed.uses
            await asyncio.sleep(allowed.seconds)

    began = time.time()  # the clock of Valkey
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*map(send_five, (1, 1, 1, 5, 5)))
    assert time.time() - began > 24 * 0.02 * 0.99  # one to begin with costs no time


async def test_counter_counts_simultaneous_increments(store: Store) -> None:
    assert sorted(await asyncio.gather(*(store.increment("n", 60) for _ in range(20)))) == list(range(1, 21))
    assert await store.increment("m", 60) == 1
    assert await store.get("n") == b"20"


async def test_counter_lives_from_its_first_increment(watched: Watched) -> None:
    assert await watched.store.increment("n", 60) == 1
    assert await watched.store.increment("n", HOUR) == 2
    assert watched.life("n") <= 60
    assert await watched.store.increment("short", 0.05) == 1
    await asyncio.sleep(0.1)
    assert await watched.store.increment("short", 60) == 1


async def test_window_admits_no_more_simultaneous_tries_than_allowed(store: Store) -> None:
    window = Window("w", 10, HOUR)
    tried = await asyncio.gather(*(store.attempt(window, f"t{one}") for one in range(30)))
    assert [one.admitted for one in tried].count(True) == 10
    assert all(one.is_new == one.admitted for one in tried)
    assert all(HOUR - PATIENCE < one.seconds <= HOUR for one in tried)
    assert (await store.attempt(window._replace(key="v"), "t0")).admitted


async def test_equal_try_is_not_a_new_one(store: Store) -> None:
    window = Window("w", 1, 60)
    assert [(await store.attempt(window, "a"))[:2] for _ in range(3)] == [
        (True, True),
        (True, False),
        (True, False),
    ]
    assert (await store.attempt(window, "b"))[:2] == (False, False)


async def test_window_lives_from_its_first_try(watched: Watched) -> None:
    await watched.store.attempt(Window("w", 2, 60), "a")
    assert (await watched.store.attempt(Window("w", 2, HOUR), "b")).seconds <= 60
    assert not (await watched.store.attempt(Window("w", 2, HOUR), "c")).admitted
    assert watched.life("w") <= 60
    assert (await watched.store.attempt(Window("short", 1, 0.05), "a")).is_new
    await asyncio.sleep(0.1)
    assert (await watched.store.attempt(Window("short", 1, 60), "b")).is_new


async def test_withdrawn_try_makes_room(store: Store) -> None:
    window = Window("w", 1, 60)
    await store.withdraw("w", "a")
    await store.attempt(window, "a")
    await store.withdraw("w", "a")
    assert (await store.attempt(window, "b")).is_new
