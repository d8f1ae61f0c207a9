"""Ready means that a session and a row can be written: what can happen to either, how it is told, what it costs."""

from __future__ import annotations

import asyncio
import os
import pwd
import re
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # the package carries no types
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from database import FILE
from database.migrations import migrate
from database.tables import heartbeats
from runtime.readiness import FRESH_SECONDS, PROBE_TIMEOUT_SECONDS, Readiness, ReadinessStatus
from state.errors import SourceUnavailable
from state.store.memory import InMemory
from state.store.redis import DedupKey, RedisSessionStore
from tests.e2e.test_server import hop, house
from tests.support.conversation import Market
from tests.support.database import Registry, opened
from tests.support.valkey import Server

READY: Final = ReadinessStatus(sessions=True, rows=True)
NO_ROWS: Final = ReadinessStatus(sessions=True, rows=False)
NO_SESSIONS: Final = ReadinessStatus(sessions=False, rows=True)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_freshness(self) -> None:
        self.now += FRESH_SECONDS


class Counted(InMemory):
    """A store that counts what is saved, and takes a while for it."""

    saves = 0

    async def compare_and_set(
        self, key: str, was: bytes, now: bytes, life: float, mark: DedupKey | None = None
    ) -> bool:
        self.saves += 1
        await asyncio.sleep(0.02)
        return await super().compare_and_set(key, was, now, life, mark)


# What a look costs


async def test_a_thousand_who_ask_at_once_cost_one_look_and_the_next_second_another(registry: Registry) -> None:
    store, clock = Counted(), Clock()
    readiness = Readiness(store, registry.database, clock)
    for turn in (1, 2):
        assert await asyncio.gather(*(readiness.check() for _ in range(1000))) == [READY] * 1000
        assert await readiness.check() == READY
        assert store.saves == turn
        clock.pass_freshness()
    await readiness.close()


async def test_one_row_is_written_however_often_it_is_looked_at(registry: Registry) -> None:
    clock = Clock()
    readiness = Readiness(InMemory(), registry.database, clock)
    for _ in range(5):
        await readiness.check()
        clock.pass_freshness()
    written = await registry.database.rows(select(heartbeats))
    assert [row["name"] for row in written] == ["ready"]
    assert abs(written[0]["written_at"] / 1e9 - time.time()) < 60


async def test_who_asked_and_has_gone_leaves_the_look_to_the_others(registry: Registry) -> None:
    readiness = Readiness(Counted(), registry.database, Clock())
    gone = asyncio.create_task(readiness.check())
    staying = asyncio.create_task(readiness.check())
    await asyncio.sleep(0.005)
    gone.cancel()
    assert await staying == READY


# What can happen to the rows


@contextmanager
def removed(registry: Registry) -> Iterator[None]:
    away = registry.settings.data.with_name("away")
    registry.settings.data.rename(away)
    yield
    away.rename(registry.settings.data)


@contextmanager
def replaced_by_nothing(registry: Registry) -> Iterator[None]:
    with removed(registry):
        registry.settings.data.mkdir()
        (registry.settings.data / FILE).touch()
        yield
        shutil.rmtree(registry.settings.data)


@contextmanager
def full(registry: Registry) -> Iterator[None]:
    """No file of this process may grow past its first byte, as on a full disk; SIGXFSZ is ignored by Python."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def read_only(registry: Registry) -> Iterator[None]:
    """The folder and its files may be read by a user who may not write them: root may always."""
    files = [registry.settings.data, *registry.settings.data.iterdir()]
    for file in files:
        file.chmod(0o555)
    if is_root := os.geteuid() == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for file in files:
            file.chmod(0o755)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="zin-readiness-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def file(open_folder: Path) -> AsyncIterator[Registry]:
    """A registry in a file, in a folder that any user can reach."""
    registry = opened(open_folder / "data")
    await migrate(registry.database)
    registry.settings.data.chmod(0o755)
    yield registry
    await registry.database.close()


@pytest.mark.parametrize("happens", [removed, replaced_by_nothing, full, read_only])
async def test_a_file_that_takes_no_row_is_not_ready_until_it_does(
    file: Registry, happens: Callable[[Registry], Any]
) -> None:
    clock = Clock()
    readiness = Readiness(InMemory(), file.database, clock)
    assert await readiness.check() == READY
    with capture_logs() as logs, happens(file):
        for _ in range(3):
            clock.pass_freshness()
            assert await readiness.check() == NO_ROWS
    assert [(one["event"], one["part"]) for one in logs] == [("not ready", "rows")], "told once, not at each look"
    clock.pass_freshness()
    assert await readiness.check() == READY


async def test_a_folder_that_was_removed_is_not_made_anew_and_its_rows_are_not_told_on(file: Registry) -> None:
    await file.database.rows(select(heartbeats))  # which opens the file
    with removed(file):
        with pytest.raises(SourceUnavailable):
            await file.database.rows(select(heartbeats))
        with pytest.raises(SourceUnavailable):
            await file.database.write(heartbeats.insert().values(name="x", written_at=1))
        with pytest.raises(SourceUnavailable, match="is gone"):
            async with file.database.exclusive_transaction():
                pass
        assert not file.settings.data.exists()
    assert await file.database.rows(select(heartbeats)) == []


async def test_a_file_put_in_its_place_is_read_from_then_on(file: Registry) -> None:
    path = file.settings.data / FILE
    await file.database.rows(select(heartbeats))
    other = opened(file.settings.data.with_name("other"))
    await migrate(other.database)
    await other.add(heartbeats, {"name": "other", "written_at": 1})
    await other.database.close()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    (other.settings.data / FILE).replace(path)
    assert [row["name"] for row in await file.database.rows(select(heartbeats))] == ["other"]


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
async def test_a_server_that_only_reads_is_not_ready_until_it_writes(registry: Registry) -> None:
    clock = Clock()
    readiness = Readiness(InMemory(), registry.database, clock)
    assert await readiness.check() == READY
    for option, standing in (("on", NO_ROWS), ("off", READY)):
        await only_reads(registry, option)
        clock.pass_freshness()
        assert await readiness.check() == standing


async def only_reads(registry: Registry, option: str) -> None:
    """Turn every connection's transactions read-only, old ones' too, as a server does that was demoted."""
    url = registry.settings.database_url.get_secret_value()
    name = url.partition("?")[0].rpartition("/")[2]
    connection = await asyncpg.connect(url, server_settings={"default_transaction_read_only": "off"})
    await connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {option}")
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    await connection.execute(f"SELECT pg_terminate_backend(pid) {others}")
    await connection.close()


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
async def test_a_server_that_is_gone_is_not_ready_until_it_is_back(registry: Registry) -> None:
    clock = Clock()
    readiness = Readiness(InMemory(), registry.database, clock)
    await registry.stop()
    assert await readiness.check() == NO_ROWS
    await registry.start()
    clock.pass_freshness()
    assert await readiness.check() == READY


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


async def test_it_is_answered_when_all_hangs_and_no_second_write_joins_the_first(
    registry: Registry, own_valkey: Server
) -> None:
    clock, store = Clock(), RedisSessionStore(own_valkey.url, 1.0)
    readiness = Readiness(store, registry.database, clock)
    assert await readiness.check() == READY
    async with hanging(registry):
        own_valkey.hang()
        clock.pass_freshness()
        began = time.monotonic()
        found = await asyncio.gather(*(readiness.check() for _ in range(100)))
        assert set(found) == {ReadinessStatus(sessions=False, rows=False)}
        assert time.monotonic() - began < PROBE_TIMEOUT_SECONDS + 3
        assert found[0].missing == "sessions, rows"
        clock.pass_freshness()
        waiting = readiness._rows._writing
        again = asyncio.create_task(readiness.check())
        await asyncio.sleep(0.1)
        assert readiness._rows._writing is waiting or waiting is None or waiting.done()
        await again
    own_valkey.go_on()
    async with asyncio.timeout(30):
        while not await readiness.check():
            clock.pass_freshness()
            await asyncio.sleep(0.1)
    await readiness.close()
    await store.close()


# What can happen to the sessions, and how it is told over HTTP

REFUSES: Final = {
    "demoted": ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
    "full": ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
    "alone": ("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0"),
    "not allowed": ("ACL SETUSER default -set", "ACL SETUSER default +@all"),
}


@pytest.mark.parametrize("state", REFUSES)
async def test_when_calls_end_in_an_apology_zin_is_not_ready_and_says_of_what(
    own_valkey: Server, tmp_path: Path, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.readiness.FRESH_SECONDS", 0.0)
    makes, undoes = REFUSES[state]
    async with house(own_valkey.url, tmp_path / "house", Market()) as client:
        assert await told(client) == (200, "ready\n", {"valkey": 1.0, "sql": 1.0})
        own_valkey.say(makes)
        assert (await hop(client, "")).startswith("END Le service ne peut pas répondre")
        assert await told(client) == (503, "not ready: sessions\n", {"valkey": 0.0, "sql": 1.0})
        own_valkey.say(undoes)
        assert (await hop(client, "")).startswith("CON ")
        assert await told(client) == (200, "ready\n", {"valkey": 1.0, "sql": 1.0})


async def told(client: Any) -> tuple[int, str, dict[str, float]]:
    """What /health/ready says, and the gauges of /metrics."""
    answer = await client.get("/health/ready")
    figures = await (await client.get("/metrics")).text()
    up = re.findall(r'(?m)^zin_up\{part="(\w+)"\} (.+)$', figures)
    return answer.status, await answer.text(), {part: float(value) for part, value in up}
