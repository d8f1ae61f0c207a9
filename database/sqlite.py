"""The database in a SQLite file, for one machine.

Reads share one connection in their order (database/sqlite_reader.py), single writes are batched
(database/sqlite_writer.py), and a longer transaction has a connection of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiosqlite
from sqlalchemy.dialects import sqlite as speech

from database.interface import VERSION, Row, Staged
from database.sqlite_changes import SQLiteChanges
from database.sqlite_reader import PRAGMAS, Reader
from database.sqlite_writer import Writes
from database.staging import plain_values, stage_in_sqlite
from database.statements import CompiledInserts, CompiledStatement, StatementCompiler
from state.errors import SourceUnavailable

if TYPE_CHECKING:
    from sqlalchemy import Executable, Table

    from database.changes import Watch

WRITE_SECONDS = 10.0  # wait for a transaction of another process, which takes at most a second


class SQLite(CompiledInserts):
    """A Database in one file, created by the first write."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._compiler = StatementCompiler(speech.dialect(paramstyle="qmark"), speech.insert)
        self._reader, self._writes = Reader(path), Writes(self._opened)
        self._changes = SQLiteChanges(path)
        self._was_there = False

    async def rows(self, asked: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that only reads. Returns its rows."""
        compiled = self._compiler.compile(asked)
        return await self._read(compiled.sql, compiled.values(values))

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
        """The number of the tables' migration, "" before the first."""
        if not self._path.exists():
            return ""
        self._was_there = True
        return await _version(lambda sql: self._read(sql, []))

    @asynccontextmanager
    async def exclusive_transaction(self, staged: Staged | None = None) -> AsyncIterator[_Writer]:
        """Open a write transaction that excludes all others. Rows are staged before it excludes anybody."""
        with _translated_errors():
            self._make()
            async with aiosqlite.connect(self._path, timeout=WRITE_SECONDS, isolation_level=None) as connection:
                connection.row_factory = sqlite3.Row
                await connection.executescript(f"PRAGMA journal_mode = WAL; {PRAGMAS}")
                await stage_in_sqlite(connection, self._compiler, staged)
                await connection.execute("BEGIN IMMEDIATE")
                yield _Writer(connection, self._compiler)
                await connection.execute("COMMIT")

    async def close(self) -> None:
        """Finish the writes and reads, and close the connections."""
        await self._changes.close()
        await self._writes.close()
        await self._reader.close()

    def watch(self, *watched: Table) -> Watch:
        """Return what a worker waits for between its looks at these tables."""
        return self._changes.watch(*watched)

    def _make(self) -> None:
        """Create the file, readable for this user only, because it holds dates of birth.

        A file that existed and is gone is not replaced by an empty one. Raises FileNotFoundError.
        """
        if self._was_there and not self._path.exists():
            raise FileNotFoundError(f"{self._path.name} is gone")
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        self._was_there = True

    def _opened(self) -> sqlite3.Connection:
        """Open a connection for writing, in a thread."""
        self._make()
        connection = sqlite3.connect(self._path, timeout=WRITE_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            connection.executescript(f"PRAGMA journal_mode = WAL; {PRAGMAS}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    async def _run(self, compiled: CompiledStatement, row: Row) -> list[dict[str, Any]]:
        with _translated_errors():
            return await self._writes.run(compiled.sql, plain_values(compiled.values(row)))

    async def _run_for_all(self, compiled: CompiledStatement, rows: Sequence[Row]) -> list[dict[str, Any]]:
        with _translated_errors():
            return await self._writes.run(compiled.sql, *map(plain_values, compiled.all_values(rows)))

    async def _read(self, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        with _translated_errors():
            return await self._reader.ask(sql, values)


class _Writer(CompiledInserts):
    def __init__(self, connection: aiosqlite.Connection, compiler: StatementCompiler) -> None:
        self._connection, self._compiler = connection, compiler

    async def version(self) -> str:
        return await _version(self._connection.execute_fetchall)

    async def run(self, script: str) -> None:
        for statement in _statements(script):
            await self._connection.execute_fetchall(statement)

    async def add(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            compiled = self._compiler.addition(table, list(rows[0]))
            await self._connection.executemany(compiled.sql, list(map(plain_values, compiled.all_values(rows))))

    async def rows(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        return await self._run(self._compiler.compile(statement), values)

    async def _run(self, compiled: CompiledStatement, row: Row) -> list[dict[str, Any]]:
        found = await self._connection.execute_fetchall(compiled.sql, plain_values(compiled.values(row)))
        return [dict(one) for one in found]


async def _version(fetch: Callable[[str], Awaitable[Iterable[Any]]]) -> str:
    if not list(await fetch("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")):
        return ""
    found = list(await fetch(VERSION))
    return str(found[0]["version_num"]) if found else ""


def _statements(script: str) -> Iterator[str]:
    """Split a script into statements, because Python's executescript would commit the open transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Raise SourceUnavailable with the type of error only, because SQLite's text may quote a row.

    Besides sqlite3.Error, the driver raises OverflowError and UnicodeError for values that SQLite cannot hold.
    """
    try:
        yield
    except OSError as error:
        raise SourceUnavailable(f"SQLite: {error}") from error
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        name = f" {error.sqlite_errorname}" if hasattr(error, "sqlite_errorname") else ""
        raise SourceUnavailable(f"SQLite: {type(error).__name__}{name}") from error
