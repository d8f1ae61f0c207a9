"""Failovers by real sentinels while citizens call: no answer is lost when planned, none is mixed up by a kill."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from state.store.redis import RedisSessionStore
from tests.support.counting_citizens import CALLERS, Citizens
from tests.support.patience import PATIENCE
from tests.support.sentinel import SentinelGroup, running_sentinels

pytestmark = [pytest.mark.slow, pytest.mark.kill]


@pytest.fixture
def group(tmp_path: Path) -> Iterator[SentinelGroup]:
    with running_sentinels(tmp_path) as group:
        yield group


async def test_planned_failovers_lose_nothing(group: SentinelGroup) -> None:
    store = RedisSessionStore(group.url, PATIENCE, PATIENCE)
    citizens = Citizens(store)

    async def plan() -> None:
        first = group.primary
        for _ in range(2):
            await asyncio.to_thread(group.failover)
        assert group.primary is first
        citizens.end()

    await asyncio.gather(plan(), *map(citizens.call, range(CALLERS)))
    assert citizens.gone == []
    await store.close()


async def test_killed_primary_loses_at_most_hops_in_flight(group: SentinelGroup) -> None:
    """A write may be acknowledged before the replica has it: one for each caller at most, and never another's."""
    store = RedisSessionStore(group.url, PATIENCE, PATIENCE)
    citizens = Citizens(store)

    async def kill() -> None:
        new = await asyncio.to_thread(lambda: group.replica)
        await asyncio.to_thread(group.kill_primary)
        await asyncio.to_thread(group.wait_for, new)
        citizens.end()

    await asyncio.gather(kill(), *map(citizens.call, range(CALLERS)))
    assert all(missing == 1 for missing in citizens.gone)
    assert len(citizens.gone) <= CALLERS
    await store.close()
