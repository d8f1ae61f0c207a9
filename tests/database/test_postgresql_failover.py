"""PostgreSQL that fails over: a primary that was demoted, or a standby, and the address that leads to another by then.

The address is a folder's name, where the servers' sockets are, and leads to one server after the other.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # the package carries no types
import pytest
from sqlalchemy import select

from database.migrations import migrate
from database.postgresql import PostgreSQL
from database.tables import heartbeats
from runtime.readiness import Readiness, ReadinessStatus
from state.errors import SourceUnavailable
from state.store.memory import InMemory
from tests.support.database import needed_programs
from tests.support.patience import PATIENCE
from tests.support.postgresql import Server
from tests.support.postgresql_pair import Pair

pytestmark = pytest.mark.kill

NAME = "zin_failover"


class Address:
    """An address that leads to one of several servers."""

    def __init__(self, folder: Path) -> None:
        self._link = folder / "pg"
        self.url = f"postgresql://zin@/{NAME}?host={self._link}"

    def lead_to(self, server: Server) -> None:
        new = self._link.with_suffix(".new")
        new.symlink_to(server.folder)
        new.replace(self._link)


@pytest.fixture
def address() -> Iterator[Address]:
    with tempfile.TemporaryDirectory(prefix="zin-") as folder:
        yield Address(Path(folder))


@pytest.fixture
async def two(postgresql: Server, own_postgresql: Server) -> AsyncIterator[tuple[Server, Server]]:
    """Two servers with the tables; the first takes no row any more, old connections' neither, once it is demoted."""
    for server in (postgresql, own_postgresql):
        if not await has_database(server):
            database = PostgreSQL(await server.new(name=NAME), 5.0, 10.0)
            await migrate(database)
            await database.close()
    yield postgresql, own_postgresql
    await demote(postgresql, "off")


async def has_database(server: Server) -> bool:
    connection = await asyncpg.connect(server.url("postgres"))
    try:
        return bool(await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", NAME))
    finally:
        await connection.close()


async def demote(server: Server, option: str = "on") -> None:
    """Let every transaction only read, of connections that are open already too, as on a primary that was demoted."""
    connection = await asyncpg.connect(server.url("postgres"))
    try:
        await connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {option}")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()
    connection = await asyncpg.connect(server.url(NAME))
    try:
        until = time.monotonic() + PATIENCE
        while await connection.fetchval("SHOW default_transaction_read_only") != option:
            assert time.monotonic() < until
    finally:
        await connection.close()


async def test_the_statement_that_a_demoted_primary_refuses_is_run_on_the_new_one(
    two: tuple[Server, Server], address: Address
) -> None:
    first, other = two
    address.lead_to(first)
    database = PostgreSQL(address.url, 5.0, 10.0)
    await database.upsert(heartbeats, {"name": "before", "written_at": 1})
    address.lead_to(other)
    await demote(first)
    await database.upsert(heartbeats, {"name": "after", "written_at": 2})
    there = [row["name"] for row in await database.rows(select(heartbeats))]
    assert "after" in there
    assert "before" not in there, "reads go to the new one too"
    async with database.exclusive_transaction() as writer:
        await writer.rows(heartbeats.update().where(heartbeats.c.name == "after").values(written_at=3))
    await database.close()


async def test_while_nothing_was_promoted_connections_are_made_anew_once_a_second_at_most(
    two: tuple[Server, Server], address: Address
) -> None:
    first, _ = two
    address.lead_to(first)
    database = PostgreSQL(address.url, 5.0, 10.0)
    await demote(first)
    began, pools = time.monotonic(), set()
    for _ in range(50):
        with pytest.raises(SourceUnavailable, match="25006"):
            await database.upsert(heartbeats, {"name": "refused", "written_at": 1})
        pools.add(id(database._connections._pool))
        assert await database.rows(select(heartbeats).where(heartbeats.c.name == "refused")) == []
    assert len(pools) <= 2 + (time.monotonic() - began)
    await database.close()


async def test_a_reading_statement_leaves_a_silent_primary_in_its_time() -> None:
    pair = Pair(needed_programs())
    left: list[Server] = []
    try:
        await pair.primary.new(name=NAME)
        await pair.follow()
        database = PostgreSQL(pair.url(NAME), 5.0, 20.0)
        await migrate(database)
        await asyncio.gather(*(database.rows(select(heartbeats)) for _ in range(3)))
        left.append(await pair.isolate())
        asked = (database.rows(select(heartbeats)) for _ in range(5))
        assert await asyncio.gather(*asked) == [[]] * 5
        await left[0].thaw()
        await database.close()
    finally:
        pair.remove()
        for server in left:
            server.remove()


async def test_a_standby_is_read_and_not_ready_until_it_is_promoted(own_postgresql: Server) -> None:
    if not await has_database(own_postgresql):
        await migrate(PostgreSQL(await own_postgresql.new(name=NAME), 5.0, 10.0))
    own_postgresql.stop()
    (own_postgresql.folder / "data" / "standby.signal").touch()
    own_postgresql.start()
    database, now = PostgreSQL(own_postgresql.url(NAME), 5.0, 10.0), [0.0]
    readiness = Readiness(InMemory(), database, lambda: now[0])
    await database.rows(select(heartbeats))
    assert await readiness.check() == ReadinessStatus(sessions=True, rows=False)
    connection = await asyncpg.connect(own_postgresql.url("postgres"))
    assert await connection.fetchval("SELECT pg_promote()")
    await connection.close()
    now[0] = 10.0
    assert await readiness.check() == ReadinessStatus(sessions=True, rows=True)
    await readiness.close()
    await database.close()
