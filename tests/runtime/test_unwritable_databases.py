"""Databases that cannot be written: not ready, logged once, and ready again afterwards."""

from __future__ import annotations

import asyncio
import os
import pwd
import resource
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # the package carries no types
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from authoring.replay.fakes import FakeClock
from database import FILE
from database.migrations import migrate
from database.tables import heartbeats
from runtime.readiness import FRESH_SECONDS, Readiness, ReadinessStatus
from state.errors import SourceUnavailable
from state.store.memory import InMemory
from tests.support.database import Registry, opened
from tests.support.patience import PATIENCE

READY: Final = ReadinessStatus(sessions=True, rows=True)
NO_ROWS: Final = ReadinessStatus(sessions=True, rows=False)


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
async def test_unwritable_file_is_not_ready_until_writable(file: Registry, happens: Callable[[Registry], Any]) -> None:
    clock = FakeClock()
    readiness = Readiness(InMemory(), file.database, clock)
    assert await readiness.check() == READY
    with capture_logs() as logs, happens(file):
        for _ in range(3):
            clock.now += FRESH_SECONDS
            assert await readiness.check() == NO_ROWS
    assert [(one["event"], one["part"]) for one in logs] == [("not ready", "rows")], "logged once, not at each check"
    clock.now += FRESH_SECONDS
    assert await readiness.check() == READY


async def test_removed_folder_is_unavailable_and_never_recreated(file: Registry) -> None:
    await file.database.rows(select(heartbeats))  # which opens the file
    with removed(file):
        with pytest.raises(SourceUnavailable, match="SQLite: there is no"):
            await file.database.rows(select(heartbeats))
        with pytest.raises(SourceUnavailable, match=r"SQLite: .* is gone"):
            await file.database.write(heartbeats.insert().values(name="x", written_at=1))
        with pytest.raises(SourceUnavailable, match="is gone"):
            async with file.database.exclusive_transaction():
                pass
        assert not file.settings.data.exists()
    assert await file.database.rows(select(heartbeats)) == []


async def test_replaced_file_is_read_at_once(file: Registry) -> None:
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
async def test_read_only_server_is_not_ready_until_writable(registry: Registry) -> None:
    clock = FakeClock()
    readiness = Readiness(InMemory(), registry.database, clock)
    assert await readiness.check() == READY
    for option, standing in (("on", NO_ROWS), ("off", READY)):
        await only_reads(registry, option)
        async with asyncio.timeout(PATIENCE):  # a connection may notice the change in the middle of a query
            while await readiness.check() != standing:
                clock.now += FRESH_SECONDS


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
async def test_stopped_server_is_not_ready_until_restarted(registry: Registry) -> None:
    clock = FakeClock()
    readiness = Readiness(InMemory(), registry.database, clock)
    await registry.stop()
    assert await readiness.check() == NO_ROWS
    await registry.start()
    clock.now += FRESH_SECONDS
    assert await readiness.check() == READY
