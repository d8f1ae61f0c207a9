"""Encrypts all encrypted columns again with the first key, while servers run.

It works row by row, and leaves a row that changed meanwhile to the next pass. It can be killed at any moment and run
again. A process with another first key still encrypts with that one, so restart all processes with the new key first
(docs/deployment.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Select, Table, Update, bindparam, select, update

from database import tables
from database.encryption import Seal
from database.interface import Database, Row
from state.errors import ZinError

BATCH: Final = 200  # rows read, decrypted and written at once
MAX_PASSES: Final = 5  # for rows that other processes encrypted meanwhile
SEALED: Final[tuple[tuple[Table, Column[Any]], ...]] = (
    (tables.outbox, tables.outbox.c.address),
    (tables.promises, tables.promises.c.sealed),
    (tables.ministry_recipients, tables.ministry_recipients.c.sealed),
)


@dataclass(frozen=True, slots=True)
class Rotation:
    """The number of rows encrypted again, and of rows that no configured key decrypts."""

    resealed: int
    unopened: int


@dataclass(frozen=True, slots=True)
class _Statements:
    """The statements for one table."""

    others: Select[Any]
    reseal: Update


async def rotate(database: Database, seal: Seal) -> Rotation:
    """Encrypt again all rows of other keys. Raises SourceUnavailable; rows done before it stay done."""
    resealed, unopened = 0, 0
    for table, column in SEALED:
        for _ in range(MAX_PASSES):
            done, unopened_here = await _walk(database, seal, table, column)
            resealed += done
            if not done:
                break
        unopened += unopened_here
    return Rotation(resealed, unopened)


async def _walk(database: Database, seal: Seal, table: Table, column: Column[Any]) -> tuple[int, int]:
    """Run one pass over a table. Returns the rows encrypted again, and the rows that could not be decrypted."""
    asked, after, done, unopened = _statements(table, column), "", 0, 0
    while rows := await database.rows(asked.others, after=after, own=f"{seal.name}.%", most=BATCH):
        after = rows[-1]["key"]
        fresh = list(_resealed(rows, seal, table.name))
        unopened += len(rows) - len(fresh)
        written = await asyncio.gather(*(database.write(asked.reseal, **one) for one in fresh))
        done += sum(map(len, written))
    return done, unopened


def _resealed(rows: list[dict[str, Any]], seal: Seal, table: str) -> Iterator[Row]:
    for row in rows:
        try:
            text = seal.decrypt(row["sealed"], table, row["key"])
        except ZinError:
            continue
        yield {"of": row["key"], "was": row["sealed"], "now": seal.encrypt(text, table, row["key"])}


def _statements(table: Table, column: Column[Any]) -> _Statements:
    key = table.c.key
    return _Statements(
        select(key, column.label("sealed"))
        .where(key > bindparam("after"), column.not_like(bindparam("own")))
        .order_by(key)
        .limit(bindparam("most")),
        update(table)
        .where(key == bindparam("of"), column == bindparam("was"))
        .values({column.name: bindparam("now")})
        .returning(key),
    )
