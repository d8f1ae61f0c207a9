"""Readiness: a session and a row can be written; its probes are shared, and a hanging store gives no late answer."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from authoring.replay.fakes import FakeClock
from database import FILE
from database.tables import heartbeats
from runtime.readiness import FRESH_SECONDS, Readiness, ReadinessStatus
from state.store.interface import Entry
from state.store.memory import InMemory
from state.store.redis import RedisSessionStore
from tests.e2e.test_server import hop, house
from tests.support.conversation import Market
from tests.support.database import Registry
from tests.support.patience import PATIENCE
from tests.support.valkey import Server

pytestmark = pytest.mark.slow

READY: Final = ReadinessStatus(sessions=True, rows=True)


@pytest.fixture(autouse=True)
def _patient_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.readiness.PROBE_TIMEOUT_SECONDS", PATIENCE)


class Counted(InMemory):
    """A store that counts what is saved, and takes a while for it."""

    saves = 0

    async def compare_and_set(self, key: str, was: bytes, now: bytes, life: float, *beside: Entry) -> bool:
        self.saves += 1
        await asyncio.sleep(0.02)
        return await super().compare_and_set(key, was, now, life, *beside)


async def test_simultaneous_checks_share_one_probe_per_second(registry: Registry) -> None:
    store, clock = Counted(), FakeClock()
    readiness = Readiness(store, registry.database, clock)
    for turn in (1, 2):
        assert await asyncio.gather(*(readiness.check() for _ in range(1000))) == [READY] * 1000
        assert await readiness.check() == READY
        assert store.saves == turn
        clock.now += FRESH_SECONDS
    await readiness.close()


async def test_every_check_writes_the_same_row(registry: Registry) -> None:
    clock = FakeClock()
    readiness = Readiness(InMemory(), registry.database, clock)
    for _ in range(5):
        await readiness.check()
        clock.now += FRESH_SECONDS
    written = await registry.database.rows(select(heartbeats))
    assert [row["name"] for row in written] == ["ready"]
    assert abs(written[0]["written_at"] / 1e9 - time.time()) < 60


async def test_cancelled_check_does_not_cancel_the_shared_probe(registry: Registry) -> None:
    readiness = Readiness(Counted(), registry.database, FakeClock())
    gone = asyncio.create_task(readiness.check())
    staying = asyncio.create_task(readiness.check())
    await asyncio.sleep(0.005)
    gone.cancel()
    assert await staying == READY


@asynccontextmanager
async def hanging(registry: Registry) -> AsyncIterator[None]:
    if registry.server:
        await registry.server.freeze()
        yield
        await registry.server.thaw()
    else:
        other = sqlite3.connect(registry.settings.data / FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()


async def test_hanging_stores_give_one_timely_answer(
    registry: Registry, own_valkey: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, store = FakeClock(), RedisSessionStore(own_valkey.url, 2 * PATIENCE)
    readiness = Readiness(store, registry.database, clock)
    assert await readiness.check() == READY
    async with hanging(registry):
        own_valkey.hang()
        monkeypatch.setattr("runtime.readiness.PROBE_TIMEOUT_SECONDS", 0.5)
        clock.now += FRESH_SECONDS
        async with asyncio.timeout(PATIENCE):
            found = await asyncio.gather(*(readiness.check() for _ in range(100)))
        assert set(found) == {ReadinessStatus(sessions=False, rows=False)}
        assert found[0].missing == "sessions, rows"
        clock.now += FRESH_SECONDS
        waiting = readiness._rows._writing
        again = asyncio.create_task(readiness.check())
        await asyncio.sleep(0.1)
        assert readiness._rows._writing is waiting or waiting is None or waiting.done()
        await again
    own_valkey.go_on()
    async with asyncio.timeout(PATIENCE):
        while not await readiness.check():
            clock.now += FRESH_SECONDS
            await asyncio.sleep(0.1)
    await readiness.close()
    await store.close()


REFUSES: Final = {
    "demoted": ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
    "full": ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
    "alone": ("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0"),
    "not allowed": ("ACL SETUSER default -set", "ACL SETUSER default +@all"),
}


@pytest.mark.parametrize("state", REFUSES)
async def test_refusing_valkey_is_reported_as_not_ready(
    own_valkey: Server, tmp_path: Path, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.readiness.FRESH_SECONDS", 0.0)
    makes, undoes = REFUSES[state]
    async with house(own_valkey.url, tmp_path / "house", Market()) as client:
        assert await health_of(client) == (200, "ready\n", {"valkey": 1.0, "sql": 1.0})
        own_valkey.say(makes)
        assert (await hop(client, "")).startswith("END Le service ne peut pas répondre")
        assert await health_of(client) == (503, "not ready: sessions\n", {"valkey": 0.0, "sql": 1.0})
        own_valkey.say(undoes)
        assert (await hop(client, "")).startswith("CON ")
        assert await health_of(client) == (200, "ready\n", {"valkey": 1.0, "sql": 1.0})


async def health_of(client: Any) -> tuple[int, str, dict[str, float]]:
    """What /health/ready says, and the gauges of /metrics."""
    answer = await client.get("/health/ready")
    figures = await (await client.get("/metrics")).text()
    up = re.findall(r'(?m)^zin_up\{part="(\w+)"\} (.+)$', figures)
    return answer.status, await answer.text(), {part: float(value) for part, value in up}
