"""The connections of a process to PostgreSQL: no more than its settings say, and words for a want of them."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # the package carries no types
import pytest
from sqlalchemy import select

from database.errors import NoFreeConnection
from database.migrations import migrate
from database.postgresql import PostgreSQL
from database.postgresql_pool import PoolSizes
from database.tables import heartbeats
from runtime.readiness import Readiness, ReadinessStatus
from state.store.memory import InMemory
from tests.support.patience import PATIENCE
from tests.support.postgresql import Server
from tests.support.server_process import hop, serving

SIZES = PoolSizes(statements=2, transactions=1)
COUNT = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'poor'"


@pytest.fixture
async def url(postgresql: Server) -> str:
    return await postgresql.new()


@pytest.fixture
async def database(url: str) -> AsyncIterator[PostgreSQL]:
    """A database with two connections for statements, for which nobody waits long."""
    found = PostgreSQL(url, 1.0, PATIENCE, sizes=SIZES)
    await migrate(found)
    yield found
    await found.close()


async def test_many_statements_and_transactions_open_no_more_connections(database: PostgreSQL, url: str) -> None:
    watching, counted = await asyncpg.connect(url), 0

    async def act(number: int) -> None:
        nonlocal counted
        await database.upsert(heartbeats, {"name": str(number), "written_at": 1})
        async with database.exclusive_transaction() as writer:
            await writer.rows(select(heartbeats))
            async with asyncio.timeout(PATIENCE):
                while await watching.fetchval(COUNT) > SIZES.statements + SIZES.transactions:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)  # a closed connection counts until its process has ended
            counted += 1

    for number in range(5):
        await asyncio.gather(*(act(number) for _ in range(4)))
    assert counted == 20
    await watching.close()


async def test_want_of_a_connection_has_a_word_of_its_own(database: PostgreSQL) -> None:
    readiness = Readiness(InMemory(), database)
    async with database._connections.lent(), database._connections.lent():
        found = await readiness.check()
        assert found == ReadinessStatus(sessions=True, rows=False, is_short=True)
        assert found.missing == "rows: no free connection"
        with pytest.raises(NoFreeConnection, match="all 2 connections are in use"):
            await database.rows(select(heartbeats))
    assert await database.rows(select(heartbeats)) == []
    await readiness.close()


async def test_transaction_that_finds_no_connection_says_so(
    database: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("database.postgresql_pool.TRANSACTION_SECONDS", 0.2)
    async with database._connections.own():
        with pytest.raises(NoFreeConnection, match="too many transactions"):
            async with database.exclusive_transaction():
                raise AssertionError("no second one")


@pytest.mark.slow
async def test_calls_go_on_without_a_connection(postgresql: Server, url: str, tmp_path: Path) -> None:
    administrator = await asyncpg.connect(url)
    name = await administrator.fetchval("SELECT current_database()")
    await administrator.execute(f"CREATE ROLE poor LOGIN; ALTER DATABASE {name} OWNER TO poor")
    with serving(tmp_path, ZIN_DATABASE_URL=url.replace("zin@", "poor@")) as (process, port):
        assert process.poll() is None
        await administrator.execute("ALTER ROLE poor CONNECTION LIMIT 0")
        assert await administrator.fetch(CUT)
        assert await asyncio.to_thread(readiness_of, port, 503) == "not ready: rows: no free connection\n"
        assert (await asyncio.to_thread(hop, port, "")).startswith("CON ")
        assert (await asyncio.to_thread(hop, port, "1")).startswith("CON ")
        await administrator.execute("ALTER ROLE poor CONNECTION LIMIT -1")
        assert await asyncio.to_thread(readiness_of, port, 200) == "ready\n"
    await administrator.execute(f"ALTER DATABASE {name} OWNER TO zin; DROP OWNED BY poor; DROP ROLE poor")
    await administrator.close()


def readiness_of(port: int, status: int) -> str:
    """What /health/ready says once it answers with this status."""
    found, said = 0, ""
    while found != status:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=PATIENCE) as answer:
                found, said = answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            found, said = refused.code, refused.read().decode()
    return said
