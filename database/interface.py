"""The contract of the database: SQLite or PostgreSQL.

A query is a SQLAlchemy Core statement, written next to its source. It is compiled once to the database's own SQL and
runs on the bare driver, at a tenth of the cost of SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from database.column_limits import Check, check_of
from state.errors import Unstorable

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Executable, Table

Row = Mapping[str, Any]
VERSION = "SELECT version_num FROM alembic_version"


class Writer(Protocol):
    """One exclusive write transaction; it commits when its block ends without an error."""

    async def run(self, script: str) -> None:
        """Run a script of SQL statements, each ended by a semicolon."""

    async def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows that all have the same columns."""

    async def rows(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that reads or writes in this transaction. Returns its rows."""


class Database(Protocol):
    """A database; tests/contracts/test_sources.py runs over every one.

    Each method raises SourceUnavailable if the database does not answer; the next call connects again. It raises
    Unstorable for a value that no database can hold, before any query.
    """

    @property
    def dialect(self) -> str:
        """The name of the SQL dialect: "sqlite" or "postgresql"."""

    async def rows(self, asked: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that only reads. Returns its rows."""

    async def version(self) -> str:
        """The number of the tables' migration, "" before the first."""

    async def write(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that writes, in a transaction of its own. Returns its rows."""

    def exclusive_transaction(self) -> AbstractAsyncContextManager[Writer]:
        """Open a write transaction that excludes all others."""

    async def close(self) -> None:
        """Close all connections; a later query opens one again."""


def upsert(dialect: str, table: Table) -> Executable:
    """The statement that inserts a row or replaces the one with the same key."""
    added, keys = _insert(dialect, table), [column.name for column in table.primary_key]
    replaced = {column.name: added.excluded[column.name] for column in table.c if column.name not in keys}
    statement: Executable = added.on_conflict_do_update(index_elements=keys, set_=replaced)
    return statement


def insert_once(dialect: str, table: Table) -> Executable:
    """The statement that inserts a row and returns its key, or does nothing if the key exists."""
    statement: Executable = _insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)
    return statement


def insert_once_beside(dialect: str, table: Table, needed: Any) -> Executable:
    """The statement of `insert_once` that also does nothing if the query `needed` has no row."""
    from sqlalchemy import bindparam, select, true
    from sqlalchemy.dialects import postgresql, sqlite

    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect](table)
    values = (bindparam(column.name, type_=column.type).label(column.name) for column in table.c)
    # SQLite needs a WHERE here, else it parses ON CONFLICT as a join.
    beside = select(*values).select_from(needed).where(true())
    statement: Executable = (
        insert.from_select([column.name for column in table.c], beside)
        .on_conflict_do_nothing()
        .returning(*table.primary_key)
    )
    return statement


def _insert(dialect: str, table: Table) -> Any:
    from sqlalchemy import bindparam
    from sqlalchemy.dialects import postgresql, sqlite

    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect](table)
    return insert.values({column.name: bindparam(column.name) for column in table.c})


@dataclass(frozen=True, slots=True)
class CompiledStatement:
    """A statement in a database's own SQL. names are its placeholders in order, fixed the values that it sets itself.

    checks test whether a column can hold the given value: database/column_limits.py.
    """

    sql: str
    names: tuple[str, ...]
    fixed: Row
    checks: Mapping[str, Check] = field(default_factory=dict)

    def values(self, given: Row) -> list[Any]:
        """The values of the placeholders. Raises Unstorable."""
        for name, check in self.checks.items():
            value = given.get(name)
            if value is not None and not check(value):
                raise _unstorable(name, value)
        known = {**self.fixed, **given}
        return [known[name] for name in self.names]

    def all_values(self, rows: Sequence[Row]) -> list[list[Any]]:
        """The values of many rows; a column at a time, which takes half as long. Raises Unstorable."""
        for name, check in self.checks.items():
            given = [value for row in rows if (value := row[name]) is not None]
            if not all(map(check, given)):
                raise _unstorable(name, next(value for value in given if not check(value)))
        return [[row[name] for name in self.names] for row in rows]


def _unstorable(name: str, value: object) -> Unstorable:
    """The error without the value itself, which may be personal data."""
    return Unstorable(f"no column can hold this as {name}: a {type(value).__name__} beyond its bounds")


class StatementCompiler:
    """Compiles statements to one database's SQL, each once."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._cache: dict[Executable, CompiledStatement] = {}

    def compile(self, asked: Executable) -> CompiledStatement:
        """The compiled form of a statement, from the cache after the first time."""
        statement = self._cache.get(asked)
        if statement is None:
            compiled: Any = asked.compile(dialect=self._dialect)  # type: ignore[attr-defined]
            checks = _checks(compiled, stored=not asked.is_select)
            names = tuple(compiled.positiontup or ())
            statement = self._cache[asked] = CompiledStatement(str(compiled), names, compiled.params, checks)
        return statement

    def addition(self, table: Table, names: Sequence[str]) -> CompiledStatement:
        """The INSERT of one row of a table, with a placeholder for each of these columns."""
        compiled: Any = table.insert().inline().compile(dialect=self._dialect, column_keys=list(names))
        return CompiledStatement(str(compiled), tuple(compiled.positiontup), {}, _checks(compiled, stored=True))


def _checks(compiled: Any, *, stored: bool) -> Mapping[str, Check]:
    """The checks of the values that a statement needs."""
    found = {name: check_of(bound.type, stored=stored) for name, bound in compiled.binds.items() if bound.required}
    return {name: check for name, check in found.items() if check}
