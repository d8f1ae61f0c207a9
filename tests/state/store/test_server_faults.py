"""What a server can do to the store: die, hang, forget, be full, cut the line; and what the store makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from state.errors import StoreUnavailable
from state.store.redis import RedisSessionStore
from tests.support.patience import PATIENCE
from tests.support.store_faults import until_answered, until_refused
from tests.support.valkey import Server

pytestmark = pytest.mark.slow


@pytest.fixture
async def own_store(own_valkey: Server) -> AsyncIterator[RedisSessionStore]:
    valkey = RedisSessionStore(own_valkey.url, PATIENCE)
    yield valkey
    await valkey.close()


async def test_scripts_are_loaded_again_after_a_restart(own_store: RedisSessionStore, own_valkey: Server) -> None:
    assert await own_store.compare_and_set("a", b"", b"1", 60)
    assert await own_store.increment("n", 60) == 1
    own_valkey.kill()
    own_valkey.start()
    assert (
        await asyncio.gather(*(own_store.compare_and_set(f"{one}", b"", b"1", 60) for one in range(64))) == [True] * 64
    )
    assert await own_store.increment("n", 60) == 1


async def test_dead_server_fails_in_time_and_recovers(hasty_store: RedisSessionStore, own_valkey: Server) -> None:
    await until_answered(lambda: hasty_store.compare_and_set("a", b"", b"1", 60))
    own_valkey.kill()
    for _ in range(2):
        outcomes = await asyncio.gather(*(hasty_store.get("a") for _ in range(64)), return_exceptions=True)
        assert {type(one) for one in outcomes} == {StoreUnavailable}
    own_valkey.start()
    assert await until_answered(lambda: hasty_store.get("a")) == b""


async def test_restart_within_the_deadline_is_unnoticed(own_store: RedisSessionStore, own_valkey: Server) -> None:
    await own_store.get("a")
    own_valkey.kill()
    loads = asyncio.gather(*(own_store.get("a") for _ in range(64)))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(own_valkey.start)
    assert await loads == [b""] * 64


async def test_hanging_server_fails_in_time_for_all(hasty_store: RedisSessionStore, own_valkey: Server) -> None:
    await until_answered(lambda: hasty_store.get("a"))
    own_valkey.hang()
    first = asyncio.create_task(hasty_store.get("a"))
    await asyncio.sleep(0.1)
    outcomes = await asyncio.gather(first, hasty_store.compare_and_set("a", b"", b"1", 60), return_exceptions=True)
    assert {type(one) for one in outcomes} == {StoreUnavailable}
    own_valkey.go_on()
    assert await until_answered(lambda: hasty_store.get("a")) == b""


async def test_full_server_is_reported(hasty_store: RedisSessionStore, own_valkey: Server) -> None:
    own_valkey.say("CONFIG SET maxmemory 1")
    await until_refused(lambda: hasty_store.compare_and_set("a", b"", b"1", 60), "OOM")
    assert await until_answered(lambda: hasty_store.get("a")) == b""


async def test_closing_fails_waiting_calls(own_valkey: Server) -> None:
    store = RedisSessionStore(own_valkey.url, PATIENCE)
    for turns in (0, 1, 2):
        load = asyncio.ensure_future(store.get("a"))
        for _ in range(turns):
            await asyncio.sleep(0)
        await store.close()
        with pytest.raises(StoreUnavailable, match=r"closed|does not answer"):
            await load


async def test_cut_connections_mix_up_no_replies(own_store: RedisSessionStore, own_valkey: Server) -> None:
    """64 callers, each reads back what it alone had written, while every connection is cut each 150 ms."""
    cut = 0

    async def call(name: str) -> None:
        was, turns = b"", 0
        while cut < 8 or turns < 10:
            turns += 1
            now = f"{name} {turns}".encode()
            assert await own_store.compare_and_set(name, was, now, 60)
            assert await own_store.get(name) == now
            was = now

    async def cut_connections() -> None:
        nonlocal cut
        while cut < 8:
            await asyncio.sleep(0.15)
            cut += int(own_valkey.say("CLIENT KILL TYPE normal SKIPME yes")[1:])

    await asyncio.gather(*(call(f"s:{one}") for one in range(64)), cut_connections())


async def test_lost_reply_can_only_raise_a_count(own_store: RedisSessionStore, own_valkey: Server) -> None:
    cuts = 0
    for _ in range(20):
        counts = asyncio.gather(*(own_store.increment("n", 60) for _ in range(20)))
        await asyncio.sleep(0)
        cuts += int((await asyncio.to_thread(own_valkey.say, "CLIENT KILL TYPE normal SKIPME yes"))[1:])
        await counts
    assert 400 <= int(await own_store.get("n")) <= 400 + 20 * cuts
