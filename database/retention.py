"""How long rows are stored, and their deletion in batches.

A rule stands next to the statements of its table; runtime/retention.py has all of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Delete, Select, Table, bindparam, delete, func, select, tuple_
from sqlalchemy.types import BigInteger

from database.interface import Database

BATCH: Final = 1000  # rows deleted in one transaction, so that nobody waits for long
DAY: Final = 24 * 3600  # seconds
BEFORE: Final = bindparam("before", type_=BigInteger)  # the time in the unit of the rule


@dataclass(frozen=True, slots=True)
class Retention:
    """Rows of a table that are deleted so many days after a time; `past` compares that time with BEFORE.

    unit is that of the compared columns; a day is a number such as 20261201.
    """

    table: Table
    days: int
    past: ColumnElement[bool]
    unit: Literal["seconds", "milliseconds", "day"] = "milliseconds"
    count: Select[Any] = field(init=False)
    remove: Delete = field(init=False)

    def __post_init__(self) -> None:
        """Build the statements once, because they are compiled once."""
        key = tuple(self.table.primary_key)
        batch = select(*key).where(self.past).limit(bindparam("most"))
        count = select(func.count().label("many")).select_from(self.table).where(self.past)
        object.__setattr__(self, "count", count)
        object.__setattr__(self, "remove", delete(self.table).where(tuple_(*key).in_(batch)).returning(key[0]))

    def before(self, now: float) -> int:
        """The end of the time whose rows are past, for Unix seconds."""
        seconds = now - self.days * DAY
        if self.unit == "day":
            return int(time.strftime("%Y%m%d", time.gmtime(seconds)))
        return round(seconds * 1000) if self.unit == "milliseconds" else int(seconds)


async def count_past(database: Database, rule: Retention, now: float) -> int:
    """How many rows would be deleted now, in Unix seconds. Raises SourceUnavailable."""
    return int((await database.rows(rule.count, before=rule.before(now)))[0]["many"])


async def remove_past(database: Database, rule: Retention, now: float) -> int:
    """Delete the rows that are past now, a batch at a time. Returns how many. Raises SourceUnavailable."""
    removed, before = 0, rule.before(now)
    while True:
        batch = len(await database.write(rule.remove, before=before, most=BATCH))
        removed += batch
        if batch < BATCH:
            return removed
