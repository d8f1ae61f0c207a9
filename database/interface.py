"""The registry's database, behind one contract: SQLite in the data folder, or PostgreSQL elsewhere.

A question is a SQLAlchemy Core statement, written once beside the source that asks it. It becomes the database's own
SQL once, and then runs on the bare driver, which costs a tenth of running it through SQLAlchemy.
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
    """One transaction that nobody else writes beside; it is kept when its block ends well."""

    async def run(self, script: str) -> None:
        """Run SQL statements as they are written, each ended by a semicolon."""

    async def add(self, table: Table, rows: Sequence[Row]) -> None: ...

    async def rows(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement, which asks or writes, and sees what was written before it; gives the rows it returns."""


class Database(Protocol):
    """Where the registry is kept; tests/contracts/test_sources.py runs over every one.

    Each method raises SourceUnavailable when the database does not answer, and the next call connects anew; and
    Unstorable for a value that no database can take, before any is asked.
    """

    @property
    def dialect(self) -> str: ...

    async def rows(self, asked: Executable, **values: object) -> list[dict[str, Any]]: ...

    async def version(self) -> str:
        """Which migration the tables are at; "" before the first."""

    async def write(self, statement: Executable, **values: object) -> list[dict[str, Any]]:
        """Run one statement that writes, whole or not at all; gives the rows that it returns."""

    def exclusive_transaction(self) -> AbstractAsyncContextManager[Writer]: ...

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


def insert_once_beside(dialect: str, table: Table, needed: Any) -> Executable:
    """The same, which also does nothing where this query has no row; its rows are locked as it says."""
    from sqlalchemy import bindparam, select, true
    from sqlalchemy.dialects import postgresql, sqlite

    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect](table)
    values = (bindparam(column.name, type_=column.type).label(column.name) for column in table.c)
    # Without a condition SQLite would take ON CONFLICT for one of a join.
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
    """A statement in a database's own SQL: names are its placeholders in order, fixed what it sets itself.

    checks say of a given value whether its column can hold it: database/column_limits.py.
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
    """Without the value itself: it may name somebody."""
    return Unstorable(f"no column can hold this as {name}: a {type(value).__name__} beyond its bounds")


class StatementCompiler:
    """Turns statements into one database's SQL, each once."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._said: dict[Executable, CompiledStatement] = {}

    def compile(self, asked: Executable) -> CompiledStatement:
        spoken = self._said.get(asked)
        if spoken is None:
            compiled: Any = asked.compile(dialect=self._dialect)  # type: ignore[attr-defined]
            checks = _checks(compiled, stored=not asked.is_select)
            names = tuple(compiled.positiontup or ())
            spoken = self._said[asked] = CompiledStatement(str(compiled), names, compiled.params, checks)
        return spoken

    def addition(self, table: Table, names: Sequence[str]) -> CompiledStatement:
        """The INSERT of one row of a table, with a placeholder for each of these columns."""
        compiled: Any = table.insert().inline().compile(dialect=self._dialect, column_keys=list(names))
        return CompiledStatement(str(compiled), tuple(compiled.positiontup), {}, _checks(compiled, stored=True))


def _checks(compiled: Any, *, stored: bool) -> Mapping[str, Check]:
    """What holds the values that a statement must be given."""
    found = {name: check_of(bound.type, stored=stored) for name, bound in compiled.binds.items() if bound.required}
    return {name: check for name, check in found.items() if check}
