"""The database in PostgreSQL, shared by any number of servers.

It may stand behind a pooler in transaction mode (database/transaction_pooler.py), and have several hosts, of which one
takes writes (database/postgresql_hosts.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import asyncpg  # type: ignore[import-untyped]  # the package carries no types
from sqlalchemy.dialects.postgresql import asyncpg as speech
from sqlalchemy.dialects.postgresql import insert

from database.errors import NoFreeConnection
from database.interface import VERSION, Row, Staged
from database.postgresql_changes import PostgreSQLChanges
from database.postgresql_errors import BROKEN, translated_errors
from database.postgresql_hosts import Connector
from database.postgresql_locks import Read, run_script
from database.postgresql_pool import ConnectionPool, PoolSizes
from database.staging import stage_in_postgresql
from database.statements import CompiledInserts, CompiledStatement, StatementCompiler
from database.transaction_pooler import refuse_pooler

if TYPE_CHECKING:
    from sqlalchemy import Executable, Table

    from database.changes import Watch

MAX_READING: Final = 500  # queries running or waiting for a connection
LOCK: Final = 0x7A696E  # "zin": the advisory lock of exclusive transactions
SIZES: Final = PoolSizes()
REFUSED: Final = (asyncpg.ReadOnlySQLTransactionError,)  # by a primary that was demoted, which did nothing
Query = Callable[[Any], Awaitable[Sequence[Any]]]  # of a connection, to its rows


class PostgreSQL(CompiledInserts):
    """A Database on a server, or on a pooler in transaction mode if it is `pooled`."""

    dialect = "postgresql"

    def __init__(
        self, url: str, connect_seconds: float, answer_seconds: float, *, pooled: bool = False, sizes: PoolSizes = SIZES
    ) -> None:
        self._connector = Connector(url, connect_seconds, prepares=not pooled)
        self._answer_seconds, self._pooled = answer_seconds, pooled
        self._compiler = StatementCompiler(speech.dialect(), insert)  # type: ignore[no-untyped-call]
        self._connections = ConnectionPool(self._connector, answer_seconds, sizes)
        self._reading: set[asyncio.Task[Any]] = set()
        self._changes = PostgreSQLChanges(self._connector, answer_seconds, self._read, pooled=pooled)

    async def rows(self, asked: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that only reads. Returns its rows."""
        compiled = self._compiler.compile(asked)
        return await self._read(compiled.sql, *compiled.values(values))

    async def write(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that writes. Returns its rows."""
        return await self._run(self._compiler.compile(statement), values)

    async def write_all(self, statement: Executable, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Run one statement that writes with the values of each row, in one transaction. Returns all its rows."""
        return await self._run_for_all(self._compiler.compile(statement), rows)

    async def upsert_all(self, table: Table, rows: Sequence[Row], newest: str) -> None:
        """Insert rows in one transaction, or replace those with the same key unless they are newer in this column."""
        await self._run_for_all(self._compiler.upsert(table, newest), rows)

    async def version(self) -> str:
        """The number of the tables' migration, "" before the first. Refuses a pooler that is not in the settings."""
        if not self._pooled:
            await refuse_pooler(self._connector, self._answer_seconds)
        return await _version(self._read)

    @asynccontextmanager
    async def exclusive_transaction(self, staged: Staged | None = None) -> AsyncIterator[_Writer]:
        """Open a write transaction that excludes all others. Rows are staged before it excludes anybody."""
        with translated_errors():
            async with self._connections.own() as connection, connection.transaction():
                await stage_in_postgresql(connection, self._compiler, staged)
                await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
                writer = _Writer(connection, self._compiler, self._read)
                yield writer
        self._changes.announce(writer.written)

    def watch(self, *watched: Table) -> Watch:
        """Return what a worker waits for between its looks at these tables."""
        return self._changes.watch(*watched)

    async def close(self) -> None:
        """Wait for running queries, which could leave a new connection open, then close all connections."""
        await self._changes.close()
        await asyncio.gather(*self._reading, return_exceptions=True)
        await self._connections.close()

    async def _run(self, compiled: CompiledStatement, row: Row) -> list[dict[str, Any]]:
        values = compiled.values(row)
        found = await self._ask(lambda connection: connection.fetch(compiled.sql, *values), REFUSED)
        self._announce(compiled)
        return found

    async def _run_for_all(self, compiled: CompiledStatement, rows: Sequence[Row]) -> list[dict[str, Any]]:
        values = compiled.all_values(rows)
        found = await self._ask(lambda connection: connection.fetchmany(compiled.sql, values), REFUSED)
        self._announce(compiled)
        return found

    def _announce(self, compiled: CompiledStatement) -> None:
        """Announce new rows. A single update is that of a worker which holds its rows, and wakes nobody."""
        if compiled.is_insert:
            self._changes.announce((compiled.written,))

    async def _read(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Run a statement that may run twice: if one host of several is silent, half of the time is for the others."""
        if not self._connector.has_several_hosts:
            return await self._ask(lambda connection: connection.fetch(sql, *values), (*REFUSED, *BROKEN))
        seconds = self._answer_seconds / 2
        return await self._ask(
            lambda connection: connection.fetch(sql, *values, timeout=seconds), (*REFUSED, *BROKEN, TimeoutError)
        )

    async def _ask(self, query: Query, repeated_after: tuple[type[Exception], ...]) -> list[dict[str, Any]]:
        """Run a query in a task. If its caller is cancelled, it ends by itself within the time limits of the driver.

        A cancelled asyncpg query would first ask the server to stop and wait for that, which takes too long.
        """
        if len(self._reading) >= MAX_READING:
            raise NoFreeConnection("PostgreSQL: too many questions wait already")
        reading = asyncio.create_task(self._fetch(query, repeated_after))
        self._reading.add(reading)
        reading.add_done_callback(self._ended)
        return await asyncio.shield(reading)

    def _ended(self, reading: asyncio.Task[Any]) -> None:
        self._reading.discard(reading)
        if not reading.cancelled():
            reading.exception()  # marks the error as retrieved, because the caller may be gone

    async def _fetch(self, query: Query, repeated_after: tuple[type[Exception], ...]) -> list[dict[str, Any]]:
        with translated_errors():
            try:
                return await self._fetch_once(query)
            except asyncpg.TargetServerAttributeNotMatched:  # all hosts were tried for as long as a connection may take
                raise
            except repeated_after:
                return await self._fetch_once(query)

    async def _fetch_once(self, query: Query) -> list[dict[str, Any]]:
        async with self._connections.lent() as connection:
            return [dict(row) for row in await query(connection)]


class _Writer(CompiledInserts):
    def __init__(self, connection: Any, compiler: StatementCompiler, read: Read) -> None:
        self._connection, self._compiler, self._read = connection, compiler, read
        self.written: set[str] = set()  # the tables that the transaction changes

    async def version(self) -> str:
        return await _version(self._connection.fetch)

    async def run(self, script: str) -> None:
        await run_script(self._connection, script, self._read)

    async def add(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            self.written.add(table.name)
            compiled = self._compiler.addition(table, list(rows[0]))
            await self._connection.executemany(compiled.sql, compiled.all_values(rows))

    async def rows(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        return await self._run(self._compiler.compile(statement), values)

    async def _run(self, compiled: CompiledStatement, row: Row) -> list[dict[str, Any]]:
        self.written.add(compiled.written)
        return [dict(found) for found in await self._connection.fetch(compiled.sql, *compiled.values(row))]


async def _version(fetch: Callable[[str], Awaitable[Sequence[Any]]]) -> str:
    if (await fetch("SELECT to_regclass('alembic_version') AS found"))[0]["found"] is None:
        return ""
    found = await fetch(VERSION)
    return str(found[0]["version_num"]) if found else ""
