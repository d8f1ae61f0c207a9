"""The registry's database, behind one contract: SQLite in the data folder, or PostgreSQL elsewhere.

A question is a SQLAlchemy Core statement, written once beside the source that asks it. It becomes the database's own
SQL once, and then runs on the bare driver, which costs a tenth of running it through SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Executable, Table

Row = Mapping[str, Any]
VERSION = "SELECT version_num FROM alembic_version"


class Writer(Protocol):
    """One transaction that nobody else writes beside; it is kept when its block ends well."""

    async def run(self, script: str) -> None:
        """Run SQL statements as they are written, each ended by a semicolon."""

    async def add(self, table: Table, rows: Sequence[Row]) -> None: ...

    async def rows(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement, which asks or writes, and sees what was written before it; gives the rows it returns."""


class Database(Protocol):
    """Where the registry is kept; tests/test_sources.py runs over every one.

    Each method raises SourceUnavailable when the database does not answer, and the next call connects anew.
    """

    @property
    def dialect(self) -> str: ...

    async def rows(self, asked: Executable, **values: object) -> list[dict[str, Any]]: ...

    async def version(self) -> str:
        """Which migration the tables are at; "" before the first."""

    async def write(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that writes, whole or not at all; gives the rows that it returns."""

    def alone(self) -> AbstractAsyncContextManager[Writer]: ...

    async def close(self) -> None:
        """Let go of every connection; a question asked later opens one again."""


def upsert(dialect: str, table: Table) -> Executable:
    """The statement that adds a row, in place of the one with the same key if there is one."""
    added, keys = _insert(dialect, table), [column.name for column in table.primary_key]
    replaced = {column.name: added.excluded[column.name] for column in table.c if column.name not in keys}
    statement: Executable = added.on_conflict_do_update(index_elements=keys, set_=replaced)
    return statement


def insert_once(dialect: str, table: Table) -> Executable:
    """The statement that adds a row and gives its key back, or does nothing when there is one with that key."""
    statement: Executable = _insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)
    return statement


def _insert(dialect: str, table: Table) -> Any:
    from sqlalchemy import bindparam
    from sqlalchemy.dialects import postgresql, sqlite

    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect](table)
    return insert.values({column.name: bindparam(column.name) for column in table.c})


@dataclass(frozen=True, slots=True)
class Spoken:
    """A statement in a database's own SQL: names are its placeholders in order, fixed what it sets itself."""

    sql: str
    names: tuple[str, ...]
    fixed: Row

    def values(self, given: Row) -> list[Any]:
        known = {**self.fixed, **given}
        return [known[name] for name in self.names]


class Tongue:
    """Turns statements into one database's SQL, each once."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._said: dict[Executable, Spoken] = {}

    def say(self, asked: Executable) -> Spoken:
        spoken = self._said.get(asked)
        if spoken is None:
            compiled: Any = asked.compile(dialect=self._dialect)  # type: ignore[attr-defined]
            spoken = self._said[asked] = Spoken(str(compiled), tuple(compiled.positiontup or ()), compiled.params)
        return spoken

    def addition(self, table: Table, names: Sequence[str]) -> Spoken:
        """The INSERT of one row of a table, with a placeholder for each of these columns."""
        compiled: Any = table.insert().inline().compile(dialect=self._dialect, column_keys=list(names))
        return Spoken(str(compiled), tuple(compiled.positiontup), {})
