"""The rows of the audit's table as they are, whatever hands have put into them.

SQLite keeps any value in any column: a number may be a text, a text may be bytes, or no UTF-8 at all, which its driver
refuses to read. Such a row must neither stop a later entry nor the check that finds it.
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
START: Final = "0" * 64  # what stands for the hash before the first entry
MAX_NUMBER: Final = 2**53  # no entry reaches it; SQLite orders texts and bytes behind every number

ADD: Final = insert(tables.audit).values({column.name: bindparam(column.name) for column in tables.audit.c})


def _columns(dialect: str, *names: str) -> Iterator[Any]:
    """The columns as any row can be read: in SQLite a text as its bytes, beside the type of the value."""
    for name in names or tables.audit.c.keys():
        if dialect == "sqlite":
            kind = func.typeof(_A[name])
            yield case((kind == "text", cast(_A[name], LargeBinary)), else_=_A[name]).label(name)
            yield kind.label(f"{name}_type")
        else:
            yield _A[name]


def _all(dialect: str) -> Select[Any]:
    return select(*_columns(dialect))


LAST: Final = {one: _all(one).order_by(_A.number.desc()).limit(bindparam("most")) for one in DIALECTS}
NEXT: Final = {
    one: _all(one).where(_A.number >= bindparam("least")).order_by(_A.number).limit(bindparam("most"))
    for one in DIALECTS
}
# The row after which an entry has its place: the last, unless what stands there has no number behind it.
TAIL: Final = {
    one: select(*_columns(one, "number", "hash"))
    .where(_A.number >= 0, _A.number < MAX_NUMBER - 1)
    .where(~select(_NEXT.c.number).where(_NEXT.c.number == _A.number + 1).exists())
    .order_by(_A.number.desc())
    .limit(1)
    for one in DIALECTS
}


def read(row: Row) -> dict[str, Any]:
    """The values of a row. A text that is no UTF-8 keeps its bytes as lone surrogates, so that no two are the same."""
    return {
        name: _value(value, row.get(f"{name}_type", "")) for name, value in row.items() if not name.endswith("_type")
    }


def place_after(tail: Row | None) -> tuple[int, str]:
    """The number of the next entry, and the hash that it seals: START where there is none, or it is no text."""
    if tail is None:
        return 1, START
    found = read(tail)
    return int(found["number"]) + 1, found["hash"] if isinstance(found["hash"], str) else START


def _value(value: Any, kind: str) -> Any:
    return value.decode(errors="surrogateescape") if kind == "text" else value
