"""Every store loads what was saved until its life ends, and saves only over what was loaded."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from state.store.interface import Entry, Store
from tests.support.patience import PATIENCE
from tests.support.watched_store import HOUR, Watched


async def test_nothing_is_stored_at_first(store: Store) -> None:
    assert await store.get("a") == b""


async def test_value_is_loaded_byte_for_byte(store: Store) -> None:
    every_byte = bytes(range(256)) * 40
    assert await store.compare_and_set("a", b"", every_byte, 60)
    assert await store.get("a") == every_byte
    assert await store.get("b") == b""


async def test_a_save_replaces_only_what_was_loaded(store: Store) -> None:
    assert await store.compare_and_set("a", b"", b"1", 60)
    assert await store.compare_and_set("a", b"1", b"2", 60)
    assert not await store.compare_and_set("a", b"1", b"3", 60)
    assert not await store.compare_and_set("a", b"", b"3", 60)
    assert await store.get("a") == b"2"


async def test_missing_value_is_not_replaced(store: Store) -> None:
    assert not await store.compare_and_set("a", b"1", b"2", 60)
    assert await store.get("a") == b""


async def test_repeated_save_succeeds(store: Store) -> None:
    for _ in range(2):
        assert await store.compare_and_set("a", b"", b"1", 60)
    assert await store.get("a") == b"1"


async def test_entries_are_set_only_with_a_winning_save(store: Store) -> None:
    """The keys of one call have one hash tag."""
    a, e, f, g = (f"{{t}}{name}" for name in "aefg")
    beside = Entry(e, b"\0one", 60), Entry(f, b"two", 0.05)
    assert await store.compare_and_set(a, b"", b"1", 60, *beside)
    assert await store.get_both(e, f) == (b"\0one", b"two")
    assert not await store.compare_and_set(a, b"0", b"2", 60, Entry(e, b"lost", 60), Entry(g, b"lost", 60))
    assert await store.get_both(e, g) == (b"\0one", b"")
    assert await store.compare_and_set(a, b"1", b"2", 60, Entry(e, b"won", 60))
    await asyncio.sleep(0.1)
    assert await store.get_both(e, f) == (b"won", b"")
    assert await store.get_both(g, a) == (b"", b"2")


async def test_one_of_many_simultaneous_saves_wins(store: Store) -> None:
    won = await asyncio.gather(*(store.compare_and_set("a", b"", b"%d" % one, 60) for one in range(50)))
    assert sum(won) == 1
    assert await store.get("a") == b"%d" % won.index(True)


async def test_value_is_forgotten_after_its_life(store: Store) -> None:
    assert await store.compare_and_set("a", b"", b"1", 0.05)
    await asyncio.sleep(0.1)
    assert await store.get("a") == b""
    assert await store.compare_and_set("a", b"", b"2", 60)


async def test_each_save_begins_a_new_life(watched: Watched) -> None:
    assert await watched.store.compare_and_set("a", b"", b"1", HOUR)
    assert await watched.store.compare_and_set("a", b"1", b"2", 2 * HOUR)
    assert HOUR < watched.life("a") <= 2 * HOUR
    assert await watched.store.compare_and_set("a", b"2", b"3", 60)
    assert watched.life("a") <= 60


async def test_abandoned_sessions_leave_nothing(watched: Watched) -> None:
    saved = (watched.store.compare_and_set(f"s:{one}", b"", b"x" * 200, 0.5) for one in range(10_000))
    assert all(await asyncio.gather(*saved))
    async with asyncio.timeout(PATIENCE):
        while watched.count():  # noqa: ASYNC110 - a server sweeps ten times a second, a part of what is over
            await asyncio.sleep(0.05)


async def test_cancelled_call_disturbs_no_other(store: Store) -> None:
    for one in range(50):
        await store.compare_and_set(f"s:{one}", b"", b"%d" % one, 60)
    loads = [asyncio.create_task(store.get(f"s:{one}")) for one in range(50)]
    await asyncio.sleep(0)
    for load in loads[::3]:
        load.cancel()
    for one, load in enumerate(loads):
        with suppress(asyncio.CancelledError):
            assert await load == b"%d" % one


async def test_distinct_members_are_estimated_over_several_keys(store: Store) -> None:
    """The keys of one call have one hash tag."""
    everybody = [f"member {one}" for one in range(3000)]
    assert await store.count_distinct("{t}a", "{t}b") == 0
    for _ in range(2):
        await store.add_distinct("{t}a", everybody[:2000], HOUR)
        await store.add_distinct("{t}b", everybody[1000:], HOUR)
    assert await store.count_distinct("{t}a") == pytest.approx(2000, rel=0.04)
    assert await store.count_distinct("{t}a", "{t}b", "{t}c") == pytest.approx(3000, rel=0.04)


async def test_each_addition_begins_a_new_life(watched: Watched) -> None:
    await watched.store.add_distinct("a", ["one"], HOUR)
    await watched.store.add_distinct("a", ["two"], 2 * HOUR)
    assert HOUR < watched.life("a") <= 2 * HOUR
    assert watched.count() == 1
