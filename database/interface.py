"""The contract of the database: SQLite or PostgreSQL.

A query is a SQLAlchemy Core statement, written next to its source. It is compiled once to the database's own SQL
(database/statements.py) and runs on the bare driver, at a tenth of the cost of SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Executable, Subquery, Table

    from database.changes import Watch

Row = Mapping[str, Any]
VERSION = "SELECT version_num FROM alembic_version"


@dataclass(frozen=True, slots=True)
class Staged:
    """Rows in a temporary table that only one transaction sees, and that is gone after it.

    Each row has the values of all columns, in their order. They are not checked: a text has no NUL.
    """

    table: Table
    rows: Iterable[Sequence[Any]] = field(repr=False)


class Inserts(Protocol):
    """Inserts of one row, with a value for each column of its table."""

    async def insert_once(self, table: Table, row: Row, needed: Subquery | None = None) -> bool:
        """Insert a row. Returns False if its key exists already, or if the query `needed` has no row."""

    async def upsert(self, table: Table, row: Row) -> None:
        """Insert a row, or replace the one with the same key."""


class Writer(Inserts, Protocol):
    """One exclusive write transaction; it commits when its block ends without an error."""

    async def version(self) -> str:
        """The number of the tables' migration, "" before the first."""

    async def run(self, script: str) -> None:
        """Run a script of SQL statements, each ended by a semicolon. Raises LockHeld if others lock its tables."""

    async def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows that all have the same columns."""

    async def rows(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that reads or writes in this transaction. Returns its rows."""


class Database(Inserts, Protocol):
    """A database; tests/contracts/test_sources.py runs over every one.

    Each method raises SourceUnavailable if the database does not answer; the next call connects again. It raises
    Unstorable for a value that no database can hold, before any query.
    """

    @property
    def dialect(self) -> str:
        """The name of the SQL dialect: "sqlite" or "postgresql"."""

    async def rows(self, asked: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that only reads. Returns its rows."""

    async def write(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that writes, in a transaction of its own. Returns its rows."""

    async def upsert_all(self, table: Table, rows: Sequence[Row], newest: str) -> None:
        """Insert rows in one transaction, or replace those with the same key unless they are newer in this column."""

    async def write_all(self, statement: Executable, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Run one statement that writes with the values of each of these rows. Returns all rows that it returns.

        All in one transaction: if one run fails, nothing is written.
        """

    def exclusive_transaction(self, staged: Staged | None = None) -> AbstractAsyncContextManager[Writer]:
        """Open a write transaction that excludes all others. Rows are staged before it excludes anybody."""

    def watch(self, *watched: Table) -> Watch:
        """Return what a worker waits for between its looks at these tables, of those that are announced."""


class OpenDatabase(Database, Protocol):
    """A database for the process that opens it, migrates its tables and closes it."""

    async def version(self) -> str:
        """The number of the tables' migration, "" before the first."""

    async def close(self) -> None:
        """Close all connections; a later query opens one again."""
