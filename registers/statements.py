"""The SQL of an import: the staged rows are compared with the table, and what differs is noted, then replaced.

The rows that an import changes are first copied to the table of what was before (database/tables/registers.py), by
sets, so that an import of any size is a few statements and can be undone by a few.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Executable,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from database import tables
from registers.storable import STORABLE, Storable

_I = tables.register_imports.c
FEED: Final = bindparam("of", type_=String)
LAST_IMPORT: Final = (
    select(tables.register_imports)
    .where(_I.register == bindparam("named"), _I.feed == FEED)
    .order_by(_I.number.desc())
    .limit(1)
)
NEXT_NUMBER: Final = select((func.coalesce(func.max(_I.number), 0) + 1).label("number"))
ADD_IMPORT: Final = insert(tables.register_imports).values({one.name: bindparam(one.name) for one in _I})
NOTE_UNDONE: Final = (
    update(tables.register_imports)
    .where(_I.number == bindparam("which"), _I.undone_at.is_(None))
    .values(undone_by=bindparam("by"), undone_at=bindparam("now", type_=BigInteger))
    .returning(_I.number)
)
IMPORTS: Final = select(tables.register_imports).order_by(_I.number.desc()).limit(bindparam("most", type_=Integer))


@dataclass(frozen=True, slots=True)
class RegisterStatements:
    """The statements over one table. `of` is the feed; staged is the temporary table of the rows of a file."""

    staged: Table
    count: Executable  # all rows of the feed
    count_by_feed: Executable
    compared: Executable  # staged rows: all, those whose key is known, is another feed's, and that differ
    foreign: Executable
    other_noted: Executable  # one row of another feed
    forget: Executable
    forget_all: Executable
    note_added: Executable
    note_changed: Executable
    note_removed: Executable
    delete_noted: Executable
    insert_staged: Executable
    restore: Executable
    noted_keys: Executable
    one: Executable
    delete_one: Executable
    forget_one: Executable


@dataclass(frozen=True, slots=True)
class _Sides:
    """The table, the rows before its last import, and the staged rows, with the columns that are compared."""

    storable: Storable
    table: Table
    before: Table
    staged: Table

    @property
    def data(self) -> list[str]:
        """The columns that an import fills, without the key."""
        return [one.name for one in self.storable.data]

    @property
    def stored(self) -> list[str]:
        """All columns of the table."""
        return ["feed", self.storable.key, *self.data, "sample"]

    @property
    def is_same_key(self) -> Any:
        """Whether a row and a staged row have one key."""
        return self.table.c[self.storable.key] == self.staged.c[self.storable.key]

    @property
    def differs(self) -> Any:
        """Whether a row of the feed differs from the staged row with its key."""
        t, s = self.table.c, self.staged.c
        return and_(t.feed == FEED, or_(*(t[one].is_distinct_from(s[one]) for one in self.data)))


@cache
def statements_of(name: str) -> RegisterStatements:
    """Return the statements of a table of registers/storable.py."""
    storable = STORABLE[name]
    sides = _Sides(storable, storable.table, tables.BEFORE[storable.table], _staged_table(name))
    return RegisterStatements(
        staged=sides.staged, **_counts(sides), **_notes(sides), **_replacements(sides), **_single_rows(sides)
    )


def _counts(sides: _Sides) -> dict[str, Executable]:
    t, s, many = sides.table.c, sides.staged.c, func.count().label("many")
    both = sides.staged.join(sides.table, sides.is_same_key)
    return {
        "count": select(many).where(t.feed == FEED),
        "count_by_feed": select(t.feed, many).group_by(t.feed).order_by(t.feed),
        "compared": select(
            many,
            func.count(t.feed).label("known"),
            func.count(case((t.feed != FEED, 1))).label("foreign"),
            func.count(case((sides.differs, 1))).label("changed"),
        ).select_from(sides.staged.outerjoin(sides.table, sides.is_same_key)),
        "foreign": select(s.line).select_from(both).where(t.feed != FEED).order_by(s.line),
    }


def _notes(sides: _Sides) -> dict[str, Executable]:
    """The statements that note what was before: of an added row its key only."""
    t, s, b, key = sides.table.c, sides.staged.c, sides.before.c, sides.storable.key
    whole = [*sides.stored, "existed"]
    row = select(*(t[one] for one in sides.stored), true())
    is_alone = ~exists().where(sides.is_same_key)  # in the table, or among the staged rows
    changed = row.select_from(sides.staged.join(sides.table, sides.is_same_key)).where(sides.differs)
    return {
        "other_noted": select(b.feed).where(or_(b.feed < FEED, b.feed > FEED)).limit(1),
        "forget": delete(sides.before).where(b.feed == FEED),
        "forget_all": delete(sides.before),
        "note_added": insert(sides.before).from_select(
            ["feed", key, "existed"], select(FEED, s[key], false()).where(is_alone)
        ),
        "note_changed": insert(sides.before).from_select(whole, changed),
        "note_removed": insert(sides.before).from_select(whole, row.where(t.feed == FEED, is_alone)),
        "noted_keys": select(b[key].label("code")).where(b.feed == FEED),
    }


def _replacements(sides: _Sides) -> dict[str, Executable]:
    """The statements that put the staged rows, or those of before, in the place of all noted ones."""
    t, s, b, key = sides.table.c, sides.staged.c, sides.before.c, sides.storable.key
    staged = select(s[key], *(s[one] for one in sides.data), FEED, false())
    restored = select(*(b[one] for one in sides.stored))
    is_free = ~exists().where(t[key] == b[key])
    return {
        # IN and not EXISTS: SQLite then looks up the noted keys, and does not read the whole table
        "delete_noted": delete(sides.table).where(t.feed == FEED, t[key].in_(select(b[key]).where(b.feed == FEED))),
        "insert_staged": insert(sides.table).from_select(
            [key, *sides.data, "feed", "sample"], staged.where(exists().where(b.feed == FEED, b[key] == s[key]))
        ),
        "restore": insert(sides.table).from_select(
            sides.stored, restored.where(b.feed == FEED, b.existed.is_(True), is_free)
        ),
    }


def _single_rows(sides: _Sides) -> dict[str, Executable]:
    t, b, key = sides.table.c, sides.before.c, sides.storable.key
    code: Any = bindparam("code")
    return {
        "one": select(sides.table).where(t[key] == code),
        "delete_one": delete(sides.table).where(t[key] == code, t.feed == FEED),
        "forget_one": delete(sides.before).where(b.feed == FEED, b[key] == code),
    }


def _staged_table(name: str) -> Table:
    storable = STORABLE[name]
    key = storable.table.c[storable.key]
    return Table(
        f"staged_{name}",
        MetaData(),
        Column(key.name, key.type, primary_key=True),
        *(Column(one.name, one.type) for one in storable.data),
        Column("line", Integer, nullable=False),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
        sqlite_with_rowid=False,
    )
