"""A migration while another session holds a lock on its table: callers pass, it is tried again, and says who it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # the package carries no types
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from database import migrations, postgresql_locks, tables
from database.errors import LockHeld
from database.migrations import NEWEST
from tests.support.database import Registry
from tests.support.migration_steps import migrate_further, number
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.parametrize("server", ["postgresql"], indirect=True)

SECRET = "Koffi Adjovi"
WAITS = """
    SELECT count(*) FROM pg_locks
    WHERE NOT granted AND relation = 'requests'::regclass AND mode = 'AccessExclusiveLock'
"""


@dataclass
class Holder:
    """A session that read from `requests` in a transaction that it does not end, as a backup or a person does."""

    connection: Any

    @property
    def pid(self) -> int:
        return int(self.connection.get_server_pid())

    async def until_migration_waits(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await self.connection.fetchval(WAITS):  # noqa: ASYNC110 - the server knows
                await asyncio.sleep(0.01)

    async def let_go(self) -> None:
        await self.connection.execute("ROLLBACK")


@asynccontextmanager
async def holding(registry: Registry) -> AsyncIterator[Holder]:
    url = registry.settings.database_url.get_secret_value()
    connection = await asyncpg.connect(url, server_settings={"application_name": "psql"})
    try:
        await connection.execute(f"BEGIN; SELECT * FROM requests WHERE reference = '{SECRET}'")
        yield Holder(connection)
    finally:
        await connection.close()


async def test_callers_pass_while_the_migration_is_tried_again(registry: Registry, tmp_path: Path) -> None:
    async with holding(registry) as holder:
        migrating = asyncio.create_task(migrate_further(registry.database, tmp_path, {1: NEWEST}))
        for _ in range(2):
            await holder.until_migration_waits()
            await registry.database.rows(select(tables.requests))  # it stands behind the migration, and is answered
            assert not migrating.done()
        await holder.let_go()
        await migrating
    assert await registry.database.version() == number(1)


async def test_last_try_names_table_and_session(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "TRIES", 2)
    monkeypatch.setattr(migrations, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(postgresql_locks, "LOCK_SECONDS", 3.0)  # so that a busy machine sees who it was
    async with holding(registry) as holder:
        with capture_logs() as logged, pytest.raises(LockHeld) as held:
            await migrate_further(registry.database, tmp_path, {1: NEWEST})
        who = f"PostgreSQL: table requests is locked by process {holder.pid} (psql)"
    assert str(held.value) == f"{who}: {migrations.ADVICE}"
    assert [(one["event"], one["why"], one["tries_left"]) for one in logged] == [
        ("the migration is tried again", who, 1)
    ]
    assert SECRET not in str(logged)
    assert await registry.database.version() == NEWEST


async def test_lock_without_a_name_is_still_one_line(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_locks, "LOCK_SECONDS", 0.01)
    monkeypatch.setattr(postgresql_locks, "HOLDERS", "SELECT 1 WHERE $1 = 0")
    async with holding(registry):
        with pytest.raises(LockHeld, match=r"^PostgreSQL: a table is locked by another session$"):
            async with registry.database.exclusive_transaction() as writer:
                await writer.run("ALTER TABLE requests ADD COLUMN later INTEGER;")


async def test_script_without_a_holder_runs_at_once(registry: Registry) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("ALTER TABLE requests ADD COLUMN later INTEGER;")
    url = registry.settings.database_url.get_secret_value()
    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval("SELECT count(later) FROM requests") == 0
        assert await connection.fetchval("SHOW lock_timeout") == "0", "the limit ends with its transaction"
    finally:
        await connection.close()
