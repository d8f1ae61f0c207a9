"""What a server can do to the store: die, hang, forget, be full, cut the line; and what the store makes of it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest

from state.errors import StoreUnavailable
from state.store.redis import RedisSessionStore
from tests.support.valkey import Server


@pytest.fixture
async def own_store(own_valkey: Server) -> AsyncIterator[RedisSessionStore]:
    valkey = RedisSessionStore(own_valkey.url, 1.0)
    yield valkey
    await valkey.close()


async def test_a_server_that_starts_anew_has_forgotten_the_scripts(
    own_store: RedisSessionStore, own_valkey: Server
) -> None:
    assert await own_store.compare_and_set("a", b"", b"1", 60)
    assert await own_store.increment("n", 60) == 1
    own_valkey.kill()
    own_valkey.start()
    assert (
        await asyncio.gather(*(own_store.compare_and_set(f"{one}", b"", b"1", 60) for one in range(64))) == [True] * 64
    )
    assert await own_store.increment("n", 60) == 1


async def test_a_dead_server_is_told_in_time_and_one_that_is_back_is_used(
    own_store: RedisSessionStore, own_valkey: Server
) -> None:
    await own_store.compare_and_set("a", b"", b"1", 60)
    own_valkey.kill()
    for _ in range(2):
        began = time.monotonic()
        told = await asyncio.gather(*(own_store.get("a") for _ in range(64)), return_exceptions=True)
        assert {type(one) for one in told} == {StoreUnavailable}
        assert time.monotonic() - began < 5
    own_valkey.start()
    assert await own_store.get("a") == b""


async def test_a_restart_within_the_deadline_is_not_noticed(own_store: RedisSessionStore, own_valkey: Server) -> None:
    await own_store.get("a")
    own_valkey.kill()
    loads = asyncio.gather(*(own_store.get("a") for _ in range(64)))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(own_valkey.start)
    assert await loads == [b""] * 64


async def test_a_server_that_hangs_is_told_in_time_also_to_those_who_came_later(
    own_store: RedisSessionStore, own_valkey: Server
) -> None:
    await own_store.get("a")
    os.kill(own_valkey.pid, signal.SIGSTOP)
    began = time.monotonic()
    first = asyncio.create_task(own_store.get("a"))
    await asyncio.sleep(0.5)
    told = await asyncio.gather(first, own_store.compare_and_set("a", b"", b"1", 60), return_exceptions=True)
    assert {type(one) for one in told} == {StoreUnavailable}
    assert time.monotonic() - began < 5
    os.kill(own_valkey.pid, signal.SIGCONT)
    assert await own_store.get("a") == b""


async def test_a_full_server_refuses_and_says_so(own_store: RedisSessionStore, own_valkey: Server) -> None:
    own_valkey.say("CONFIG SET maxmemory 1")
    with pytest.raises(StoreUnavailable, match="OOM"):
        await own_store.compare_and_set("a", b"", b"1", 60)
    assert await own_store.get("a") == b""


async def test_closing_tells_those_who_wait(own_valkey: Server) -> None:
    store = RedisSessionStore(own_valkey.url, 1.0)
    for turns in (0, 1, 2):
        load = asyncio.ensure_future(store.get("a"))
        for _ in range(turns):
            await asyncio.sleep(0)
        await store.close()
        with pytest.raises(StoreUnavailable):
            await load


async def test_connections_that_are_cut_all_the_time_mix_up_nothing(
    own_store: RedisSessionStore, own_valkey: Server
) -> None:
    """64 callers, each reads back what it alone had written, while every connection is cut each 150 ms."""
    until = time.monotonic() + 2.0
    cut = 0

    async def call(name: str) -> int:
        was, turns = b"", 0
        while time.monotonic() < until:
            turns += 1
            now = f"{name} {turns}".encode()
            assert await own_store.compare_and_set(name, was, now, 60)
            assert await own_store.get(name) == now
            was = now
        return turns

    async def cut_connections() -> None:
        nonlocal cut
        while time.monotonic() < until:
            await asyncio.sleep(0.15)
            cut += int(own_valkey.say("CLIENT KILL TYPE normal SKIPME yes")[1:])

    turns, *_ = await asyncio.gather(asyncio.gather(*(call(f"s:{one}") for one in range(64))), cut_connections())
    assert cut >= 8
    assert sum(turns) > 64 * 10


async def test_a_count_whose_reply_was_lost_errs_upwards_only(own_store: RedisSessionStore, own_valkey: Server) -> None:
    cuts = 0
    for _ in range(20):
        counts = asyncio.gather(*(own_store.increment("n", 60) for _ in range(20)))
        await asyncio.sleep(0)
        cuts += int((await asyncio.to_thread(own_valkey.say, "CLIENT KILL TYPE normal SKIPME yes"))[1:])
        await counts
    assert 400 <= int(await own_store.get("n")) <= 400 + 20 * cuts
