"""A cluster loses a primary and moves slots under callers: part of `make drill`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.crc import REDIS_CLUSTER_HASH_SLOTS

from tests.drill.installation import Installation, Stores, installed
from tests.drill.play import play
from tests.support.postgresql import Server as PostgreSQL
from tests.support.redis_cluster import Cluster

pytestmark = pytest.mark.timeout(900)

NODE_TIMEOUT = 1500  # milliseconds: a promotion then ends within the time that a hop waits
MOVED = range(0, REDIS_CLUSTER_HASH_SLOTS, 128)  # some of each primary


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    cluster = Cluster(tmp_path / "redis", node_timeout=NODE_TIMEOUT)
    try:
        await asyncio.to_thread(cluster.start)
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
async def sharded(tmp_path: Path, cluster: Cluster, postgres: PostgreSQL) -> AsyncIterator[Installation]:
    async with installed(tmp_path, Stores(await postgres.new(), cluster.url)) as site:
        yield site


async def test_cluster_node_killed(sharded: Installation, cluster: Cluster) -> None:
    async def kill() -> None:
        await asyncio.to_thread(cluster.kill, cluster.primaries[0])

    found = await play("cluster_node_killed", sharded, kill)
    assert found.lost <= found.in_flight


async def test_cluster_slots_moved(sharded: Installation, cluster: Cluster) -> None:
    def move() -> None:
        for slot in MOVED:
            cluster.move_by_keys(slot, cluster.spare)

    async def move_beside() -> None:
        await asyncio.to_thread(move)

    found = await play("cluster_slots_moved", sharded, move_beside)
    assert found.lost == 0
