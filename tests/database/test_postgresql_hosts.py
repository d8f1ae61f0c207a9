"""An address of PostgreSQL with several hosts: how it is read, and what happens when the primary is another one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import select

from database.errors import DatabaseAway, NoFreeConnection
from database.migrations import migrate
from database.postgresql import PostgreSQL
from database.postgresql_hosts import Connector, Host, read_hosts
from database.tables import heartbeats
from tests.support.database import needed_programs
from tests.support.patience import PATIENCE
from tests.support.postgresql_pair import Pair

NAME = "zin_hosts"
CHANGES = ("switch_over", "fail_over", "isolate")
live = pytest.mark.kill

ADDRESSES = {
    "postgresql:///zin": (),
    "postgresql://zin@db1/zin": (Host("db1", None),),
    "postgresql://zin:p@ss@db1,db2:5433/zin": (Host("db1", None), Host("db2", 5433)),
    "postgresql://zin@[fd00::1]:5433,[fd00::2]/zin": (Host("fd00::1", 5433), Host("fd00::2", None)),
    "postgresql://zin@%2Frun%2Fpostgresql:5433,db2/zin": (Host("/run/postgresql", 5433), Host("db2", None)),
    "postgresql:///zin?host=db1,/run/b": (Host("db1", None), Host("/run/b", None)),
    "postgresql:///zin?host=db1,db2&port=5433": (Host("db1", 5433), Host("db2", 5433)),
    "postgresql:///zin?host=db1,db2&port=5433,5434": (Host("db1", 5433), Host("db2", 5434)),
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_hosts_of_an_address_keep_their_order(url: str) -> None:
    assert read_hosts(url) == ADDRESSES[url]


@pytest.mark.parametrize("url", ["postgresql://db1:first,db2/zin", "postgresql:///zin?host=a,b,c&port=1,2"])
async def test_address_with_invalid_hosts_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"invalid literal|zip\(\)"):
        await Connector(url, 1.0, prepares=True).connect()


@pytest.fixture(scope="module")
def _pair() -> Iterator[Pair]:
    pair = Pair(needed_programs())
    yield pair
    pair.remove()


@pytest.fixture
async def pair(_pair: Pair) -> Pair:
    """A primary with the tables, and a standby that follows it."""
    if not await _pair.has_database(NAME):
        await _pair.primary.new(name=NAME)
        database = PostgreSQL(_pair.primary.url(NAME), 5.0, 10.0)
        await migrate(database)
        await database.close()
    if _pair.standby is None:
        await _pair.follow()
    return _pair


@pytest.fixture
async def database(pair: Pair) -> AsyncIterator[PostgreSQL]:
    """The database at both hosts; a silent host costs half a second before the other is tried."""
    found = PostgreSQL(pair.url(NAME), 2.0, 3.0)
    yield found
    await found.close()


async def write(database: PostgreSQL, name: str) -> None:
    """Write until it succeeds, as the workers do that try again."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return await database.upsert(heartbeats, {"name": name, "written_at": 1})
        except DatabaseAway:
            assert time.monotonic() < until
            await asyncio.sleep(0.1)


async def written(database: PostgreSQL) -> set[str]:
    return {row["name"] for row in await database.rows(select(heartbeats))}


@live
@pytest.mark.parametrize("change", CHANGES)
async def test_changed_primary_is_found_and_nothing_is_lost(pair: Pair, database: PostgreSQL, change: str) -> None:
    await asyncio.gather(*(write(database, f"{change} {number}") for number in range(20)))
    old = await getattr(pair, change)()
    try:
        await write(database, f"{change} after")
        found = await asyncio.gather(*(written(database) for _ in range(20)))
        assert {f"{change} {number}" for number in range(20)} | {f"{change} after"} <= found[0]
        assert [one for one in found if one != found[0]] == []
    finally:
        old.remove()


@live
async def test_standby_is_never_written_to(pair: Pair) -> None:
    assert pair.standby
    hosts = f"127.0.0.1:{pair.standby.port},127.0.0.1:{pair.primary.port}"
    database = PostgreSQL(f"postgresql://zin@{hosts}/{NAME}", 5.0, 10.0)  # read-write is the default
    await database.upsert(heartbeats, {"name": "standby first", "written_at": 1})
    assert "standby first" in await written(database)
    await database.close()


@live
async def test_hosts_without_a_primary_are_named_as_such(pair: Pair, database: PostgreSQL) -> None:
    await asyncio.to_thread(pair.primary.stop)
    try:
        with pytest.raises(DatabaseAway, match="no host of ZIN_DATABASE_URL takes writes now"):
            await database.version()
    finally:
        await asyncio.to_thread(pair.primary.start)


@live
async def test_reading_waits_for_the_standby_that_is_promoted_in_a_moment(pair: Pair) -> None:
    patient = PostgreSQL(pair.url(NAME), PATIENCE, PATIENCE)
    await write(patient, "before the switch")
    assert pair.standby
    await asyncio.to_thread(pair.primary.stop)
    reading = asyncio.create_task(written(patient))
    await asyncio.sleep(1)
    assert not reading.done()
    old = await pair.switch_over()
    assert "before the switch" in await reading
    await patient.close()
    old.remove()


@live
async def test_silent_first_host_is_asked_once_only(pair: Pair) -> None:
    asked = list[asyncio.StreamWriter]()

    def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(writer)

    server = await asyncio.start_server(silent, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    connector = Connector(f"postgresql://zin@127.0.0.1:{port},127.0.0.1:{pair.primary.port}/{NAME}", 8.0, prepares=True)
    for _ in range(3):
        connection = await connector.connect()
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()
    assert len(asked) == 1
    asked[0].close()
    server.close()
    await server.wait_closed()


@live
async def test_full_primary_is_reported_although_another_host_answers(pair: Pair) -> None:
    connection = await Connector(pair.url(NAME), 5.0, prepares=True).connect()
    await connection.execute("CREATE ROLE poor LOGIN CONNECTION LIMIT 0")
    database = PostgreSQL(pair.url(NAME).replace("zin@", "poor@"), 5.0, 10.0)
    with pytest.raises(NoFreeConnection, match="TooManyConnectionsError 53300"):
        await database.version()
    await connection.execute("DROP ROLE poor")
    await connection.close()
    await database.close()
