"""A real cluster under callers: slots move, primaries die, and nobody reads what is not theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis.crc import key_slot

from state.store.redis import RedisSessionStore
from tests.support.counting_citizens import CALLERS, Citizens
from tests.support.patience import PATIENCE
from tests.support.redis_cluster import Cluster, running_cluster

pytestmark = [pytest.mark.slow, pytest.mark.kill]
SLOTS = [key_slot(str(number).encode()) for number in range(CALLERS)]  # of the callers


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with running_cluster(tmp_path) as cluster:
        yield cluster


@pytest.fixture
def steady(cluster: Cluster) -> Cluster:
    """A cluster whose nodes do not take one another for dead when a busy machine stands still."""
    for node in cluster.nodes:
        assert node.ask("CONFIG", "SET", "cluster-node-timeout", round(PATIENCE * 1000)) == b"OK"
    return cluster


@pytest.mark.parametrize("move", [Cluster.move_by_keys, Cluster.move_at_once], ids=["by keys", "at once"])
async def test_slots_that_move_lose_nothing(steady: Cluster, move: Callable[..., None]) -> None:
    """Each slot of the callers moves twice, each time to the primary before, the one without slots among them."""
    store = RedisSessionStore(steady.url, PATIENCE, PATIENCE)
    citizens = Citizens(store)

    def move_all() -> None:
        nodes = steady.primaries
        for slot in (*SLOTS, *SLOTS):
            move(steady, slot, nodes[nodes.index(steady.owner_of(slot)) - 1])

    async def reshard() -> None:
        await asyncio.to_thread(move_all)
        citizens.end()

    await asyncio.gather(reshard(), *map(citizens.call, range(CALLERS)))
    assert citizens.gone == []
    await store.close()


async def test_killed_primary_loses_at_most_hops_in_flight(cluster: Cluster) -> None:
    """A write may be acknowledged before the replica has it: one for each caller at most, and never another's."""
    store = RedisSessionStore(cluster.url, PATIENCE, PATIENCE)
    citizens = Citizens(store)

    async def kill() -> None:
        await store.get("before")
        await asyncio.to_thread(cluster.kill, cluster.owner_of(SLOTS[0]))
        citizens.end()

    await asyncio.gather(kill(), *map(citizens.call, range(CALLERS)))
    assert all(missing == 1 for missing in citizens.gone)
    assert len(citizens.gone) <= CALLERS
    await store.close()


async def test_silent_primary_is_left_for_its_replica(cluster: Cluster) -> None:
    """Its connections stay open and nothing comes; when it wakes up, it is a replica, and nobody asks it."""
    store = RedisSessionStore(cluster.url, 2.0, PATIENCE)
    citizens, silent = Citizens(store), cluster.owner_of(SLOTS[0])

    async def silence() -> None:
        await store.get("before")
        await asyncio.to_thread(cluster.silence, silent)
        silent.go_on()
        await asyncio.to_thread(silent.wait_until, lambda: silent.ask("ROLE")[0] == b"slave", "role of a replica")
        citizens.end()

    await asyncio.gather(silence(), *map(citizens.call, range(CALLERS)))
    assert all(missing == 1 for missing in citizens.gone)
    assert len(citizens.gone) <= CALLERS
    await store.close()


async def test_scan_visits_every_primary(cluster: Cluster) -> None:
    store = RedisSessionStore(cluster.url, PATIENCE, PATIENCE)
    for number in range(300):
        assert await store.compare_and_set(f"session:{number}", b"", str(number).encode(), 60)
    assert sorted([int(one) async for one in store.scan("session:", 5000)]) == list(range(300))
    assert len([one async for one in store.scan("session:", 200)]) == 200
    await store.close()
