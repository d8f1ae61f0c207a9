"""Reads the rows of the audit's table, also rows that were altered by hand.

SQLite accepts any value in any column: a number may be a text, a text may be bytes or invalid UTF-8, which its driver
refuses to read. Such a row must not stop later entries, nor the check that finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import LargeBinary, Select, bindparam, case, cast, func, insert, select

from database import tables
from database.interface import Row

_A = tables.audit.c
_NEXT = tables.audit.alias("next")
DIALECTS: Final = ("sqlite", "postgresql")
START: Final = "0" * 64  # the previous hash of the first entry
MAX_NUMBER: Final = 2**53  # no entry reaches it; SQLite sorts texts and bytes after every number

ADD: Final = insert(tables.audit).values({column.name: bindparam(column.name) for column in tables.audit.c})


def _columns(dialect: str, *names: str) -> Iterator[Any]:
    """The columns in a form that any row can be read in: in SQLite a text as bytes, with the type of the value."""
    for name in names or tables.audit.c.keys():
        if dialect == "sqlite":
            kind = func.typeof(_A[name])
            yield case((kind == "text", cast(_A[name], LargeBinary)), else_=_A[name]).label(name)
            yield kind.label(f"{name}_type")
        else:
            yield _A[name]


def every_row(dialect: str) -> Select[Any]:
    """Select all rows, in a form in which each can be read."""
    return select(*_columns(dialect))


LAST: Final = {one: every_row(one).order_by(_A.number.desc()).limit(bindparam("most")) for one in DIALECTS}
NEXT: Final = {
    one: every_row(one).where(_A.number >= bindparam("least")).order_by(_A.number).limit(bindparam("most"))
    for one in DIALECTS
}
# The row that the next entry follows: the highest valid number that has no successor.
TAIL: Final = {
    one: select(*_columns(one, "number", "hash"))
    .where(_A.number >= 0, _A.number < MAX_NUMBER - 1)
    .where(~select(_NEXT.c.number).where(_NEXT.c.number == _A.number + 1).exists())
    .order_by(_A.number.desc())
    .limit(1)
    for one in DIALECTS
}


def read(row: Row) -> dict[str, Any]:
    """The values of a row. Invalid UTF-8 is decoded to lone surrogates, so that different bytes stay different."""
    return {
        name: _value(value, row.get(f"{name}_type", "")) for name, value in row.items() if not name.endswith("_type")
    }


def place_after(tail: Row | None) -> tuple[int, str]:
    """The number of the next entry and the hash before it: START if there is none or it is not a text."""
    if tail is None:
        return 1, START
    found = read(tail)
    return int(found["number"]) + 1, found["hash"] if isinstance(found["hash"], str) else START


def _value(value: Any, kind: str) -> Any:
    return value.decode(errors="surrogateescape") if kind == "text" else value
