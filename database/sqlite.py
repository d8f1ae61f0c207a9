"""The registry in a SQLite file: nothing to install, for one machine.

Reads go through one connection in the order they were asked (database/sqlite_reader.py), single statements that write
are gathered (database/sqlite_writer.py), and a longer transaction has a connection of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiosqlite
from sqlalchemy.dialects import sqlite as speech

from database.interface import VERSION, Row, StatementCompiler
from database.sqlite_reader import PRAGMAS, Reader
from database.sqlite_writer import Writes
from state.errors import SourceUnavailable

if TYPE_CHECKING:
    from sqlalchemy import Executable, Table

WRITE_SECONDS = 10.0  # waiting for another process's transaction, which lasts a second at most


class SQLite:
    """A Database in one file, made by the first write."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tongue = StatementCompiler(speech.dialect(paramstyle="qmark"))
        self._reader, self._writes = Reader(path), Writes(self._opened)
        self._was_there = False

    async def rows(self, asked: Executable, **values: object) -> list[dict[str, Any]]:
        spoken = self._tongue.compile(asked)
        return await self._read(spoken.sql, spoken.values(values))

    async def write(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        spoken = self._tongue.compile(statement)
        with _translated_errors():
            return await self._writes.run(spoken.sql, _plain(spoken.values(values)))

    async def version(self) -> str:
        if not self._path.exists():
            return ""
        self._was_there = True
        if not await self._read("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'", []):
            return ""
        found = await self._read(VERSION, [])
        return str(found[0]["version_num"]) if found else ""

    @asynccontextmanager
    async def exclusive_transaction(self) -> AsyncIterator[_Writer]:
        with _translated_errors():
            self._make()
            async with aiosqlite.connect(self._path, timeout=WRITE_SECONDS, isolation_level=None) as connection:
                connection.row_factory = sqlite3.Row
                await connection.executescript(f"PRAGMA journal_mode = WAL; {PRAGMAS}")
                await connection.execute("BEGIN IMMEDIATE")
                yield _Writer(connection, self._tongue)
                await connection.execute("COMMIT")

    async def close(self) -> None:
        await self._writes.close()
        await self._reader.close()

    def _make(self) -> None:
        """See to it that the file is there, for this user alone: it holds dates of birth.

        One that was there and is gone is not replaced by an empty one. Raises FileNotFoundError.
        """
        if self._was_there and not self._path.exists():
            raise FileNotFoundError(f"{self._path.name} is gone")
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        self._was_there = True

    def _opened(self) -> sqlite3.Connection:
        """In a thread: a connection that writes."""
        self._make()
        connection = sqlite3.connect(self._path, timeout=WRITE_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.executescript(f"PRAGMA journal_mode = WAL; {PRAGMAS}")
        return connection

    async def _read(self, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        with _translated_errors():
            return await self._reader.ask(sql, values)


class _Writer:
    def __init__(self, connection: aiosqlite.Connection, tongue: StatementCompiler) -> None:
        self._connection, self._tongue = connection, tongue

    async def run(self, script: str) -> None:
        for statement in _statements(script):
            await self._connection.execute_fetchall(statement)

    async def add(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            spoken = self._tongue.addition(table, list(rows[0]))
            await self._connection.executemany(spoken.sql, list(map(_plain, spoken.all_values(rows))))

    async def rows(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        spoken = self._tongue.compile(statement)
        found = await self._connection.execute_fetchall(spoken.sql, _plain(spoken.values(values)))
        return [dict(row) for row in found]


def _plain(values: Sequence[Any]) -> list[Any]:
    """SQLite knows no dates: it keeps them as their text, YYYY-MM-DD."""
    return [value.isoformat() if isinstance(value, date) else value for value in values]


def _statements(script: str) -> Iterator[str]:
    """The statements one by one: run as a whole, Python would end the transaction before them."""
    begun = ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            yield begun
            begun = ""


@contextmanager
def _translated_errors() -> Iterator[None]:
    """The kind of SQLite's error only, whose words quote what is in a row when that is no text.

    Beside sqlite3.Error the driver raises OverflowError and UnicodeError for values that SQLite has no place for.
    """
    try:
        yield
    except OSError as error:
        raise SourceUnavailable(f"SQLite: {error}") from error
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        name = f" {error.sqlite_errorname}" if hasattr(error, "sqlite_errorname") else ""
        raise SourceUnavailable(f"SQLite: {type(error).__name__}{name}") from error
