"""Encrypts all encrypted columns again with the first key, while servers run.

It works row by row, and leaves a row that changed meanwhile to the next pass. It can be killed at any moment and run
again. A process with another first key still encrypts with that one, so restart all processes with the new key first
(docs/deployment.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
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
    (tables.message_parts, tables.message_parts.c.sealed),
    (tables.ministry_recipients, tables.ministry_recipients.c.sealed),
    (tables.second_factors, tables.second_factors.c.sealed),
    (tables.offered_factors, tables.offered_factors.c.sealed),
    (tables.contacts, tables.contacts.c.sealed),
)
NumberOf = Callable[[str, str], str | None]  # the phone number of an address of a gateway, if it is one


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


async def rotate(database: Database, seal: Seal, number_of: NumberOf) -> Rotation:
    """Encrypt again all rows of other keys. Raises SourceUnavailable; rows done before it stay done."""
    resealed, unopened = 0, 0
    for table, column in SEALED:
        for _ in range(MAX_PASSES):
            done, unopened_here = await _walk(database, _Reseal(seal, table, number_of), column)
            resealed += done
            if not done:
                break
        unopened += unopened_here
    return Rotation(resealed, unopened)


async def _walk(database: Database, reseal: _Reseal, column: Column[Any]) -> tuple[int, int]:
    """Run one pass over a table. Returns the rows encrypted again, and the rows that could not be decrypted."""
    asked, after, done, unopened = _statements(reseal.table, column), "", 0, 0
    while rows := await database.rows(asked.others, after=after, own=f"{reseal.seal.name}.%", most=BATCH):
        after = rows[-1]["key"]
        fresh = list(reseal.rows(rows))
        unopened += len(rows) - len(fresh)
        written = await asyncio.gather(*(database.write(asked.reseal, **one) for one in fresh))
        done += sum(map(len, written))
    return done, unopened


@dataclass(frozen=True, slots=True)
class _Reseal:
    """Encrypts rows of one table again."""

    seal: Seal
    table: Table
    number_of: NumberOf

    def rows(self, rows: list[dict[str, Any]]) -> Iterator[Row]:
        """Yield the new values of the rows that a configured key decrypts."""
        for row in rows:
            try:
                text = self.seal.decrypt(row["sealed"], self.table.name, row["key"])
            except ZinError:
                continue
            yield {"of": row["key"], "was": row["sealed"], **self._values(row, text)}

    def _values(self, row: Row, text: str) -> Row:
        now = self.seal.encrypt(text, self.table.name, row["key"])
        if self.table is not tables.outbox:
            return {"now": now}
        number = self.number_of(row["gateway"], text)
        return {"now": now, "digest": self.seal.digest(number) if number else None}


def _statements(table: Table, column: Column[Any]) -> _Statements:
    key, is_outbox = table.c.key, table is tables.outbox
    digest: Row = {"address_digest": bindparam("digest")} if is_outbox else {}
    return _Statements(
        select(key, column.label("sealed"), *((table.c.gateway,) if is_outbox else ()))
        .where(key > bindparam("after"), column.not_like(bindparam("own")))
        .order_by(key)
        .limit(bindparam("most")),
        update(table)
        .where(key == bindparam("of"), column == bindparam("was"))
        .values({column.name: bindparam("now"), **digest})
        .returning(key),
    )
