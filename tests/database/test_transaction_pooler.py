"""PgBouncer before PostgreSQL: in transaction mode all works with the setting, and is refused in words without it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from sqlalchemy import bindparam, select, update

from database import tables
from database.migrations import NEWEST, migrate
from database.postgresql import PostgreSQL
from state.errors import SourceUnavailable
from tests.support.patience import PATIENCE
from tests.support.pgbouncer import Pooler, program
from tests.support.postgresql import Server
from tests.support.server_process import hop, serving, zin

pytestmark = pytest.mark.slow

CITIZENS = tables.opted_out
STATES = select(tables.outbox.c.state).distinct()
MANY = 60
MODES = {"transaction": ("transaction", 2), "one": ("transaction", 1), "session": ("session", 40)}  # connections


@pytest.fixture(params=["transaction", "session"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pooler(postgresql: Server, mode: str) -> Iterator[Pooler]:
    path = program()
    if path is None:
        pytest.skip("no PgBouncer here: it was not found")
    pooler = Pooler(path, postgresql.folder, *MODES[mode])
    yield pooler
    pooler.remove()


@pytest.fixture
async def url(postgresql: Server, pooler: Pooler) -> str:
    """The address of a new database behind the pooler."""
    created = await postgresql.new()
    return pooler.url(created.partition("?")[0].rpartition("/")[2])


@pytest.fixture
async def both(url: str) -> AsyncIterator[list[PostgreSQL]]:
    """Two processes of Zin, as far as the pooler can know."""
    both = [PostgreSQL(url, PATIENCE, PATIENCE, pooled=True) for _ in range(2)]
    await migrate(both[0])
    yield both
    await asyncio.gather(*(one.close() for one in both))


@pytest.mark.parametrize("mode", ["transaction"], indirect=True)
async def test_pooler_without_the_setting_is_refused_in_words(url: str) -> None:
    database = PostgreSQL(url, PATIENCE, PATIENCE)
    with pytest.raises(SourceUnavailable, match="ZIN_DATABASE_POOLED=true"):
        await migrate(database)
    await database.close()


@pytest.mark.parametrize("mode", ["transaction"], indirect=True)
async def test_lost_statement_is_named_by_its_cause(both: list[PostgreSQL], url: str) -> None:
    database = PostgreSQL(url, PATIENCE, PATIENCE)
    refused: set[str] = set()
    async with asyncio.timeout(PATIENCE):
        while not refused:  # as long as one connection answers them all, nothing is lost
            asked = (database.rows(select(CITIZENS).where(CITIZENS.c.since > number)) for number in range(50))
            found = await asyncio.gather(*asked, return_exceptions=True)
            refused = {str(one) for one in found if isinstance(one, SourceUnavailable)}
    await database.close()
    assert refused == {
        "PostgreSQL: a pooler in transaction mode stands before it, such as PgBouncer: "
        "set ZIN_DATABASE_POOLED=true, or let the pooler use pool_mode = session"
    }


@pytest.mark.parametrize("mode", ["one"], indirect=True)
async def test_simultaneous_migrations_need_one_connection(url: str) -> None:
    both = [PostgreSQL(url, PATIENCE, PATIENCE, pooled=True) for _ in range(2)]
    await asyncio.gather(*map(migrate, both))
    assert [await one.version() for one in both] == [NEWEST] * 2
    await asyncio.gather(*(one.close() for one in both))


@pytest.mark.parametrize("mode", ["session"], indirect=True)
async def test_pooler_in_session_mode_is_accepted(url: str) -> None:
    database = PostgreSQL(url, PATIENCE, PATIENCE)
    await migrate(database)
    assert await database.rows(select(CITIZENS)) == []
    await database.close()


async def test_many_statements_at_once_all_have_their_own_answer(both: list[PostgreSQL]) -> None:
    async def add_and_read(number: int) -> int:
        database, who = both[number % 2], f"citizen {number}"
        await database.insert_once(CITIZENS, {"citizen": who, "since": number})
        (row,) = await database.rows(select(CITIZENS).where(CITIZENS.c.citizen == bindparam("who")), who=who)
        return int(row["since"])

    assert await asyncio.gather(*map(add_and_read, range(MANY))) == list(range(MANY))


async def test_batches_are_written_whole(both: list[PostgreSQL]) -> None:
    rows = [{"citizen": f"citizen {number}", "since": 0} for number in range(MANY)]
    await both[0].upsert_all(CITIZENS, rows, "since")
    later = update(CITIZENS).where(CITIZENS.c.citizen == bindparam("who")).values(since=bindparam("at"))
    returned = later.returning(CITIZENS.c.since)
    changes = [{"who": f"citizen {number}", "at": number} for number in range(MANY)]
    found = await both[1].write_all(returned, changes)
    assert sorted(row["since"] for row in found) == list(range(MANY))


async def test_exclusive_transactions_exclude_each_other(both: list[PostgreSQL]) -> None:
    await both[0].insert_once(CITIZENS, {"citizen": "one", "since": 0})
    count = update(CITIZENS).values(since=bindparam("at"))

    async def add_one(number: int) -> None:
        async with both[number % 2].exclusive_transaction() as writer:
            (row,) = await writer.rows(select(CITIZENS))
            await writer.rows(count.returning(CITIZENS.c.since), at=row["since"] + 1)

    await asyncio.gather(*map(add_one, range(20)))
    assert [row["since"] for row in await both[0].rows(select(CITIZENS))] == [20]


@pytest.mark.parametrize("mode", ["transaction"], indirect=True)
def test_server_with_workers_answers_every_message(url: str, tmp_path: Path) -> None:
    settings = {"ZIN_DATABASE_URL": url, "ZIN_DATABASE_POOLED": "true", "ZIN_CONNECT_SECONDS": "3"}
    with serving(tmp_path, "--workers", "2", **settings) as (process, port):
        assert process.poll() is None

        def send(number: int) -> int:
            form = {"from": f"+22901900{number:05}", "to": "5000", "text": "BAC 12345", "id": f"essai-{number}"}
            body = urlencode(form).encode()
            with urlopen(f"http://127.0.0.1:{port}/sms/africastalking/demo", body, timeout=PATIENCE) as answer:
                return int(answer.status)

        def call(number: int) -> bool:
            phone = f"+22901910{number:05}"
            return all(hop(port, typed, phone).startswith("CON ") for typed in ("", "1", "1*1"))

        with ThreadPoolExecutor(20) as threads:
            sent, answered = threads.map(send, range(MANY)), threads.map(call, range(MANY))
            assert (list(sent), list(answered)) == ([200] * MANY, [True] * MANY)
        assert asyncio.run(states(url)) == {"cancelled"}  # shown: no account is set


async def states(url: str) -> set[str]:
    """The states of all answers, once none waits any more."""
    database = PostgreSQL(url, PATIENCE, PATIENCE, pooled=True)
    found, until = set[str](), time.monotonic() + PATIENCE
    while not found or found & {"queued", "sending"}:
        found = {row["state"] for row in await database.rows(STATES)}
        assert time.monotonic() < until, found
        await asyncio.sleep(0.1)
    await database.close()
    return found


@pytest.mark.parametrize("mode", ["transaction"], indirect=True)
def test_server_without_the_setting_ends_in_words(url: str, tmp_path: Path) -> None:
    for words in (("serve",), ("serve", "--workers", "2"), ("deliver",)):
        ended = zin(*words, ZIN_DATABASE_URL=url, ZIN_DATA=str(tmp_path), ZIN_PORT="0")
        said = ended.stdout + ended.stderr
        assert ended.returncode == 2, said
        assert "ZIN_DATABASE_POOLED=true" in said
        assert "Traceback" not in said
