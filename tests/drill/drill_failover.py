"""Stores fail over under callers, as planned and not: part of `make drill`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bench.processes import free_port
from tests.drill.installation import Installation, Stores, installed
from tests.drill.play import play
from tests.support.database import needed_programs
from tests.support.postgresql import Server as PostgreSQL
from tests.support.postgresql_pair import Pair
from tests.support.redis_process import HOST
from tests.support.sentinel import SentinelGroup
from tests.support.tcp_proxy import TcpProxy, tcp_proxy
from tests.support.valkey import Server as Valkey

pytestmark = pytest.mark.timeout(900)

AWAY = 10.0  # seconds that a partition lasts
DOWN_AFTER = 1500  # milliseconds: a busy machine that stands still for a second is no reason to fail over


@pytest.fixture
async def cables() -> AsyncIterator[Mapping[int, TcpProxy]]:
    """The proxies through which everybody reaches the two servers of Redis, by the port of the server."""
    async with AsyncExitStack() as stack:
        yield {port: await stack.enter_async_context(tcp_proxy((HOST, port))) for port in (free_port(), free_port())}


@pytest.fixture
async def sentinels(tmp_path: Path, cables: Mapping[int, TcpProxy]) -> AsyncIterator[SentinelGroup]:
    proxies = {port: cable.port for port, cable in cables.items()}
    group = SentinelGroup(tmp_path / "redis", proxies=proxies, down_after=DOWN_AFTER)
    try:
        await asyncio.to_thread(group.start)
        yield group
    finally:
        group.stop()


@pytest.fixture
async def watched(tmp_path: Path, sentinels: SentinelGroup, postgres: PostgreSQL) -> AsyncIterator[Installation]:
    async with installed(tmp_path, Stores(await postgres.new(), sentinels.url)) as site:
        yield site


async def test_primary_demoted(watched: Installation, sentinels: SentinelGroup) -> None:
    async def fail_over() -> None:
        await asyncio.to_thread(sentinels.failover)

    found = await play("primary_demoted", watched, fail_over)
    assert found.lost == 0


async def test_primary_killed(watched: Installation, sentinels: SentinelGroup) -> None:
    async def kill() -> None:
        new = sentinels.replica
        sentinels.kill_primary()
        await asyncio.to_thread(sentinels.wait_for, new)

    found = await play("primary_killed", watched, kill)
    assert found.lost <= found.in_flight


async def test_primary_partitioned(
    watched: Installation, sentinels: SentinelGroup, cables: Mapping[int, TcpProxy]
) -> None:
    async def part() -> None:
        old, new = sentinels.primary, sentinels.replica
        await cables[old.port].silent()
        await asyncio.to_thread(sentinels.wait_for, new)
        await asyncio.sleep(AWAY)
        await cables[old.port].passes()
        await asyncio.to_thread(sentinels.wait_until_complete)

    found = await play("primary_partitioned", watched, part)
    assert found.lost <= found.in_flight


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    pair = Pair(needed_programs())
    try:
        yield pair
    finally:
        pair.remove()


@pytest.fixture
async def followed(tmp_path: Path, valkey: Valkey, pair: Pair) -> AsyncIterator[Installation]:
    await pair.primary.new(name="zin")
    await pair.follow()
    async with installed(tmp_path, Stores(pair.url("zin"), valkey.url)) as site:
        yield site


@pytest.fixture
def left() -> Iterator[list[PostgreSQL]]:
    """The servers that are primaries no more."""
    servers: list[PostgreSQL] = []
    yield servers
    for server in servers:
        server.remove()


async def test_postgresql_switched(followed: Installation, pair: Pair, left: list[PostgreSQL]) -> None:
    async def switch() -> None:
        left.append(await pair.switch_over())

    found = await play("postgresql_switched", followed, switch)
    assert found.lost == 0


async def test_postgresql_killed(followed: Installation, pair: Pair, left: list[PostgreSQL]) -> None:
    async def kill() -> None:
        left.append(await pair.fail_over())

    found = await play("postgresql_killed", followed, kill)
    assert found.lost <= found.in_flight


async def test_postgresql_partitioned(followed: Installation, pair: Pair, left: list[PostgreSQL]) -> None:
    async def isolate() -> None:
        left.append(await pair.isolate())
        await asyncio.sleep(AWAY)
        await left[0].thaw()

    found = await play("postgresql_partitioned", followed, isolate)
    assert found.lost <= found.in_flight
