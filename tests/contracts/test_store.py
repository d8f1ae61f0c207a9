"""What every store must do, run over each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import pytest

from admin.simulator.sandbox_store import SandboxStore
from state.store import memory
from state.store.interface import Entry, Store, Window
from state.store.memory import InMemory
from state.store.redis import RedisSessionStore
from tests.support.patience import PATIENCE
from tests.support.valkey import Server

HOUR: Final = 3600.0  # seconds: no test lasts so long


@dataclass(frozen=True, slots=True)
class Watched:
    """A store as seen from outside: how many keys it holds, and the seconds after which it forgets one of them."""

    store: Store
    count: Callable[[], int]
    life: Callable[[str], float]


@pytest.fixture(params=["memory", "sandbox", "valkey"])
async def watched(request: pytest.FixtureRequest) -> AsyncIterator[Watched]:
    if request.param in ("memory", "sandbox"):
        memory, start = InMemory(), "trial:" if request.param == "sandbox" else ""
        store: Store = SandboxStore(memory, start) if start else memory
        loop = asyncio.get_running_loop()
        entries = memory.entries
        yield Watched(store, lambda: len(entries), lambda key: entries[start + key][1].when() - loop.time())
        await memory.close()
        return
    server: Server = request.getfixturevalue("shared_valkey")
    valkey = RedisSessionStore(server.url, PATIENCE)
    yield Watched(valkey, lambda: int(server.say("DBSIZE")[1:]), lambda key: int(server.say(f"PTTL {key}")[1:]) / 1000)
    await valkey.close()


@pytest.fixture
def store(watched: Watched) -> Store:
    return watched.store


class TestEveryStore:
    async def test_a_pace_lets_a_burst_through_and_then_one_at_a_time(self, store: Store) -> None:
        assert [await store.throttle("sms", HOUR, 3, 1) for _ in range(3)] == [(1, 0)] * 3
        for _ in range(2):  # to have waited in vain costs nothing
            uses, wait = await store.throttle("sms", HOUR, 3, 1)
            assert uses == 0
            assert HOUR - PATIENCE < wait <= HOUR
        assert await store.throttle("whatsapp", HOUR, 3, 1) == (1, 0)

    async def test_a_pace_gives_many_uses_at_once_and_no_more_than_it_has(self, store: Store) -> None:
        assert [(await store.throttle("sms", HOUR, 5, most)).uses for most in (2, 2, 2, 2)] == [2, 2, 1, 0]
        assert HOUR - PATIENCE < (await store.throttle("sms", HOUR, 5, 2)).seconds <= HOUR

    async def test_a_pace_is_one_for_all_who_share_it(self, store: Store) -> None:
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

    async def test_nothing_is_stored_at_first(self, store: Store) -> None:
        assert await store.get("a") == b""

    async def test_what_is_saved_is_loaded_byte_for_byte(self, store: Store) -> None:
        every_byte = bytes(range(256)) * 40
        assert await store.compare_and_set("a", b"", every_byte, 60)
        assert await store.get("a") == every_byte
        assert await store.get("b") == b""

    async def test_a_save_replaces_only_what_was_loaded(self, store: Store) -> None:
        assert await store.compare_and_set("a", b"", b"1", 60)
        assert await store.compare_and_set("a", b"1", b"2", 60)
        assert not await store.compare_and_set("a", b"1", b"3", 60)
        assert not await store.compare_and_set("a", b"", b"3", 60)
        assert await store.get("a") == b"2"

    async def test_what_has_gone_is_not_replaced(self, store: Store) -> None:
        assert not await store.compare_and_set("a", b"1", b"2", 60)
        assert await store.get("a") == b""

    async def test_a_save_that_comes_twice_succeeds_twice(self, store: Store) -> None:
        for _ in range(2):
            assert await store.compare_and_set("a", b"", b"1", 60)
        assert await store.get("a") == b"1"

    async def test_entries_are_set_with_a_save_that_wins_and_only_then(self, store: Store) -> None:
        beside = Entry("e", b"\0one", 60), Entry("f", b"two", 0.05)
        assert await store.compare_and_set("a", b"", b"1", 60, *beside)
        assert await store.get_both("e", "f") == (b"\0one", b"two")
        assert not await store.compare_and_set("a", b"0", b"2", 60, Entry("e", b"lost", 60), Entry("g", b"lost", 60))
        assert await store.get_both("e", "g") == (b"\0one", b"")
        assert await store.compare_and_set("a", b"1", b"2", 60, Entry("e", b"won", 60))
        await asyncio.sleep(0.1)
        assert await store.get_both("e", "f") == (b"won", b"")
        assert await store.get_both("nothing", "a") == (b"", b"2")

    async def test_of_many_at_once_one_wins(self, store: Store) -> None:
        won = await asyncio.gather(*(store.compare_and_set("a", b"", b"%d" % one, 60) for one in range(50)))
        assert sum(won) == 1
        assert await store.get("a") == b"%d" % won.index(True)

    async def test_what_is_saved_is_forgotten_after_its_life(self, store: Store) -> None:
        assert await store.compare_and_set("a", b"", b"1", 0.05)
        await asyncio.sleep(0.1)
        assert await store.get("a") == b""
        assert await store.compare_and_set("a", b"", b"2", 60)

    async def test_each_save_begins_a_new_life(self, watched: Watched) -> None:
        assert await watched.store.compare_and_set("a", b"", b"1", HOUR)
        assert await watched.store.compare_and_set("a", b"1", b"2", 2 * HOUR)
        assert HOUR < watched.life("a") <= 2 * HOUR
        assert await watched.store.compare_and_set("a", b"2", b"3", 60)
        assert watched.life("a") <= 60

    async def test_abandoned_sessions_leave_nothing(self, watched: Watched) -> None:
        saved = (watched.store.compare_and_set(f"s:{one}", b"", b"x" * 200, 0.5) for one in range(10_000))
        assert all(await asyncio.gather(*saved))
        async with asyncio.timeout(PATIENCE):
            while watched.count():  # noqa: ASYNC110 - a server sweeps ten times a second, a part of what is over
                await asyncio.sleep(0.05)

    async def test_counts_what_is_counted_at_once(self, store: Store) -> None:
        assert sorted(await asyncio.gather(*(store.increment("n", 60) for _ in range(20)))) == list(range(1, 21))
        assert await store.increment("m", 60) == 1
        assert await store.get("n") == b"20"

    async def test_a_count_ends_its_life_after_the_first_time(self, watched: Watched) -> None:
        assert await watched.store.increment("n", 60) == 1
        assert await watched.store.increment("n", HOUR) == 2
        assert watched.life("n") <= 60
        assert await watched.store.increment("short", 0.05) == 1
        await asyncio.sleep(0.1)
        assert await watched.store.increment("short", 60) == 1

    async def test_a_window_admits_so_many_different_tries_however_many_come_at_once(self, store: Store) -> None:
        window = Window("w", 10, HOUR)
        tried = await asyncio.gather(*(store.attempt(window, f"t{one}") for one in range(30)))
        assert [one.admitted for one in tried].count(True) == 10
        assert all(one.is_new == one.admitted for one in tried)
        assert all(HOUR - PATIENCE < one.seconds <= HOUR for one in tried)
        assert (await store.attempt(window._replace(key="v"), "t0")).admitted

    async def test_the_same_try_again_is_no_new_one(self, store: Store) -> None:
        window = Window("w", 1, 60)
        assert [(await store.attempt(window, "a"))[:2] for _ in range(3)] == [
            (True, True),
            (True, False),
            (True, False),
        ]
        assert (await store.attempt(window, "b"))[:2] == (False, False)

    async def test_a_window_ends_its_life_after_the_first_try(self, watched: Watched) -> None:
        await watched.store.attempt(Window("w", 2, 60), "a")
        assert (await watched.store.attempt(Window("w", 2, HOUR), "b")).seconds <= 60
        assert not (await watched.store.attempt(Window("w", 2, HOUR), "c")).admitted
        assert watched.life("w") <= 60
        assert (await watched.store.attempt(Window("short", 1, 0.05), "a")).is_new
        await asyncio.sleep(0.1)
        assert (await watched.store.attempt(Window("short", 1, 60), "b")).is_new

    async def test_a_try_that_is_withdrawn_makes_room(self, store: Store) -> None:
        window = Window("w", 1, 60)
        await store.withdraw("w", "a")
        await store.attempt(window, "a")
        await store.withdraw("w", "a")
        assert (await store.attempt(window, "b")).is_new

    async def test_a_caller_who_gives_up_disturbs_nobody(self, store: Store) -> None:
        for one in range(50):
            await store.compare_and_set(f"s:{one}", b"", b"%d" % one, 60)
        loads = [asyncio.create_task(store.get(f"s:{one}")) for one in range(50)]
        await asyncio.sleep(0)
        for load in loads[::3]:
            load.cancel()
        for one, load in enumerate(loads):
            with suppress(asyncio.CancelledError):
                assert await load == b"%d" % one


async def test_memory_has_a_bound_and_forgets_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MAX_KEYS", 3)
    store = InMemory()
    for key in "abca":
        await store.compare_and_set(key, await store.get(key), b"1" + await store.get(key), 60)
    await store.compare_and_set("d", b"", b"1", 60)
    assert list(store.entries) == ["c", "a", "d"]
    await store.close()
    assert not store.entries
