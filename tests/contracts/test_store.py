"""What every store must do, run over each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest

from admin.simulator.sandbox_store import SandboxStore
from state.store import memory
from state.store.memory import InMemory
from state.store.redis import Entry, RedisSessionStore, Store, Window
from tests.support.valkey import Server

Keys = Callable[[], int]


@pytest.fixture(params=["memory", "sandbox", "valkey"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Store, Keys]]:
    """A store, and how many keys it holds as seen from outside."""
    if request.param in ("memory", "sandbox"):
        memory = InMemory()
        store = memory if request.param == "memory" else SandboxStore(memory, "trial:")
        yield store, lambda: len(memory.entries)
        await memory.close()
        return
    server: Server = request.getfixturevalue("shared_valkey")
    valkey = RedisSessionStore(server.url, 1.0)
    yield valkey, lambda: int(server.say("DBSIZE")[1:])
    await valkey.close()


@pytest.fixture
def store(kept: tuple[Store, Keys]) -> Store:
    return kept[0]


class TestEveryStore:
    async def test_a_pace_lets_a_burst_through_and_then_one_at_a_time(self, store: Store) -> None:
        assert [await store.throttle("sms", 10.0, 3) for _ in range(3)] == [0, 0, 0]
        assert 9 < await store.throttle("sms", 10.0, 3) <= 10
        assert 9 < await store.throttle("sms", 10.0, 3) <= 10  # to have waited in vain costs nothing
        assert await store.throttle("whatsapp", 10.0, 3) == 0

    async def test_a_pace_is_one_for_all_who_share_it(self, store: Store) -> None:
        loop, sent = asyncio.get_running_loop(), 0
        until = loop.time() + 0.5

        async def send() -> None:
            nonlocal sent
            while loop.time() < until:
                if wait := await store.throttle("sms", 0.02, 1):
                    await asyncio.sleep(wait)
                else:
                    sent += 1

        await asyncio.gather(*(send() for _ in range(5)))
        assert 15 <= sent <= 26  # 25 in half a second, and one to begin with

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

    async def test_each_save_begins_a_new_life(self, store: Store) -> None:
        assert await store.compare_and_set("a", b"", b"1", 0.05)
        assert await store.compare_and_set("a", b"1", b"2", 60)
        await asyncio.sleep(0.1)
        assert await store.get("a") == b"2"

    async def test_abandoned_sessions_leave_nothing(self, kept: tuple[Store, Keys]) -> None:
        store, keys = kept
        await asyncio.gather(*(store.compare_and_set(f"s:{one}", b"", b"x" * 200, 0.5) for one in range(10_000)))
        assert keys() > 0
        await asyncio.sleep(0.5)
        for _ in range(200):  # a server sweeps ten times a second, a part of what is over each time
            await asyncio.sleep(0.05 if keys() else 0)
        assert keys() == 0

    async def test_counts_what_is_counted_at_once(self, store: Store) -> None:
        assert sorted(await asyncio.gather(*(store.increment("n", 60) for _ in range(20)))) == list(range(1, 21))
        assert await store.increment("m", 60) == 1
        assert await store.get("n") == b"20"

    async def test_a_count_begins_anew_its_life_after_the_first_time(self, store: Store) -> None:
        assert await store.increment("n", 0.3) == 1
        await asyncio.sleep(0.2)
        assert await store.increment("n", 60) == 2
        await asyncio.sleep(0.15)
        assert await store.increment("n", 60) == 1

    async def test_a_window_admits_so_many_different_tries_however_many_come_at_once(self, store: Store) -> None:
        window = Window("w", 10, 60)
        tried = await asyncio.gather(*(store.attempt(window, f"t{one}") for one in range(30)))
        assert [one.admitted for one in tried].count(True) == 10
        assert all(one.is_new == one.admitted for one in tried)
        assert all(59 < one.seconds <= 60 for one in tried)
        assert (await store.attempt(window._replace(key="v"), "t0")).admitted

    async def test_the_same_try_again_is_no_new_one(self, store: Store) -> None:
        window = Window("w", 1, 60)
        assert [(await store.attempt(window, "a"))[:2] for _ in range(3)] == [
            (True, True),
            (True, False),
            (True, False),
        ]
        assert (await store.attempt(window, "b"))[:2] == (False, False)

    async def test_a_window_ends_its_life_after_the_first_try(self, store: Store) -> None:
        window = Window("w", 2, 0.3)
        await store.attempt(window, "a")
        await asyncio.sleep(0.2)
        assert (await store.attempt(window, "b")).seconds <= 0.1
        assert not (await store.attempt(window, "c")).admitted
        await asyncio.sleep(0.15)
        assert (await store.attempt(window, "c")).is_new

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
