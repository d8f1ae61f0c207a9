"""Compiles statements to one database's SQL, each once, and runs the inserts of the contract."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, true
from sqlalchemy.schema import CreateTable

from database.column_limits import Check, check_of
from database.interface import Row
from state.errors import Unstorable

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Executable, Subquery, Table

Insert = Callable[[Any], Any]  # of a dialect, with ON CONFLICT


@dataclass(frozen=True, slots=True)
class CompiledStatement:
    """A statement in a database's own SQL. names are its placeholders in order, fixed the values that it sets itself.

    checks test whether a column can hold the given value: database/column_limits.py. written is the table that it
    writes, "" if it only reads.
    """

    sql: str
    names: tuple[str, ...]
    fixed: Row
    checks: Mapping[str, Check] = field(default_factory=dict)
    written: str = ""
    is_insert: bool = False

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
            given = [value for row in rows if (value := row.get(name)) is not None]
            if not all(map(check, given)):
                raise _unstorable(name, next(value for value in given if not check(value)))
        known = [{**self.fixed, **row} for row in rows] if self.fixed else rows
        return [[row[name] for name in self.names] for row in known]


def _unstorable(name: str, value: object) -> Unstorable:
    """The error without the value itself, which may be personal data."""
    return Unstorable(f"no column can hold this as {name}: a {type(value).__name__} beyond its bounds")


class StatementCompiler:
    """Compiles statements to one database's SQL, each once."""

    def __init__(self, dialect: Dialect, insert: Insert) -> None:
        self._dialect, self._insert = dialect, insert
        self._cache: dict[Executable, CompiledStatement] = {}
        self._upserts: dict[tuple[Table, str], CompiledStatement] = {}
        self._single_inserts: dict[tuple[Table, Subquery | None], CompiledStatement] = {}

    def compile(self, asked: Executable) -> CompiledStatement:
        """The compiled form of a statement, from the cache after the first time."""
        statement = self._cache.get(asked)
        if statement is None:
            statement = self._cache[asked] = self._compiled(asked)
        return statement

    def insert_once(self, table: Table, needed: Subquery | None) -> CompiledStatement:
        """The statement that inserts a row and returns its key, or does nothing if the key exists.

        It also does nothing if the query `needed` has no row.
        """
        statement = self._single_inserts.get((table, needed))
        if statement is None:
            insert = self._insert(table)
            row = _values(table, insert) if needed is None else _values_beside(table, insert, needed)
            once = row.on_conflict_do_nothing().returning(*table.primary_key)
            statement = self._single_inserts[table, needed] = self._compiled(once)
        return statement

    def upsert(self, table: Table, newest: str = "") -> CompiledStatement:
        """The statement that inserts a row or replaces the one with the same key, unless it is newer in this column."""
        statement = self._upserts.get((table, newest))
        if statement is None:
            row, keys = _values(table, self._insert(table)), [column.name for column in table.primary_key]
            replaced = {column.name: row.excluded[column.name] for column in table.c if column.name not in keys}
            older = row.excluded[newest] >= table.c[newest] if newest else None
            upsert = row.on_conflict_do_update(index_elements=keys, set_=replaced, where=older)
            statement = self._upserts[table, newest] = self._compiled(upsert)
        return statement

    def addition(self, table: Table, names: Sequence[str]) -> CompiledStatement:
        """The INSERT of one row of a table, with a placeholder for each of these columns."""
        compiled: Any = table.insert().inline().compile(dialect=self._dialect, column_keys=list(names))
        return CompiledStatement(str(compiled), tuple(compiled.positiontup), {}, _checks(compiled, stored=True))

    def creation(self, table: Table) -> str:
        """The CREATE of a table."""
        return str(CreateTable(table).compile(dialect=self._dialect))

    def _compiled(self, asked: Any) -> CompiledStatement:
        compiled = asked.compile(dialect=self._dialect)
        checks = _checks(compiled, stored=not asked.is_select)
        names, written = tuple(compiled.positiontup or ()), asked.table.name if asked.is_dml else ""
        return CompiledStatement(str(compiled), names, compiled.params, checks, written, asked.is_insert)


class CompiledInserts(ABC):
    """The inserts of a database or of a transaction, over its way to run a compiled statement."""

    _compiler: StatementCompiler

    @abstractmethod
    async def _run(self, compiled: CompiledStatement, row: Row) -> list[dict[str, Any]]:
        """Run a statement that writes. Returns its rows."""

    async def insert_once(self, table: Table, row: Row, needed: Subquery | None = None) -> bool:
        """Insert a row. Returns False if its key exists already, or if the query `needed` has no row."""
        return bool(await self._run(self._compiler.insert_once(table, needed), row))

    async def upsert(self, table: Table, row: Row) -> None:
        """Insert a row, or replace the one with the same key."""
        await self._run(self._compiler.upsert(table), row)


def _values(table: Table, insert: Any) -> Any:
    return insert.values({column.name: bindparam(column.name) for column in table.c})


def _values_beside(table: Table, insert: Any, needed: Subquery) -> Any:
    values = (bindparam(column.name, type_=column.type).label(column.name) for column in table.c)
    # SQLite needs a WHERE here, else it parses ON CONFLICT as a join.
    beside = select(*values).select_from(needed).where(true())
    return insert.from_select([column.name for column in table.c], beside)


def _checks(compiled: Any, *, stored: bool) -> Mapping[str, Check]:
    """The checks of the values that a statement needs."""
    found = {name: check_of(bound.type, stored=stored) for name, bound in compiled.binds.items() if bound.required}
    return {name: check for name, check in found.items() if check}
