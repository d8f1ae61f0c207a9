"""A queue in a table: rows that become due, each held by one process at a time.

A process claims due rows in the order of the queue. A claim is a lease: it counts the try and moves the due time to the
end of the lease, so that another process claims the row if this one is killed. Only the holder can settle or postpone a
row. The table has the columns key, tries and due_at, in Unix milliseconds as all times here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Executable, Integer, Table, and_, bindparam, case, select, update

from database.column_limits import max_integer, milliseconds
from database.interface import Database, Row
from state.errors import SourceUnavailable

LEASE_SECONDS: Final = 60.0  # of a claim: longer than the timeout of any gateway
MAX_WAIT_SECONDS: Final = 1800.0  # twice the longest pause between two tries (channels/workers/gateway_delivery.py)
MAX_DOUBLINGS: Final = 10  # of a pause
NOW: Final = bindparam("now", type_=BigInteger)
_UNTIL: Final = bindparam("until", type_=BigInteger)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTable:
    """The table of a queue, with the order of its claims and the columns that a claim returns.

    conditions make a due row claimable, claimed has the values that a claim sets, and held is what a held row fulfils
    beside its key and its number of tries. short_wait is the condition of the rows that never wait for longer than
    MAX_WAIT_SECONDS.
    """

    table: Table
    order: Sequence[ColumnElement[Any]]
    returned: Sequence[ColumnElement[Any]]
    held: ColumnElement[bool]
    short_wait: ColumnElement[bool]
    conditions: Sequence[ColumnElement[bool]] = ()
    claimed: Mapping[str, Any] = field(default_factory=dict)


class LeasedQueue:
    """The statements of one queue. Every method raises SourceUnavailable.

    due finds the due rows in their order, first_due the first of them. held is the condition of a row that this process
    holds, for statements that settle it.
    """

    def __init__(self, described: QueueTable) -> None:
        table, columns = described.table, described.table.c
        in_order = select(columns.key).where(columns.due_at <= NOW, *described.conditions).order_by(*described.order)
        # A row that cannot be decrypted is claimed again and again; its full column must not stop the other claims.
        max_tries = max_integer(columns.tries)
        tries = case((columns.tries < max_tries, columns.tries + 1), else_=columns.tries)
        self.due = in_order.limit(bindparam("most", type_=Integer)).with_for_update(skip_locked=True)
        self.first_due = in_order.limit(1)  # with the order, so that an index is used and later rows are not read
        self.held = and_(columns.key == bindparam("held"), columns.tries == bindparam("try_"), described.held)
        self._claim = (
            update(table)
            .where(columns.key.in_(self.due))
            .values(tries=tries, due_at=_UNTIL, **described.claimed)
            .returning(*described.returned)
        )
        self._give_back = update(table).where(self.held).values(due_at=NOW).returning(columns.key)
        self._bring_forward = (
            update(table)
            .where(described.short_wait, columns.due_at > bindparam("latest", type_=BigInteger))
            .values(due_at=_UNTIL)
            .returning(columns.key)
        )

    async def claim(self, database: Database, now: int, most: int, **values: object) -> list[dict[str, Any]]:
        """Claim up to `most` due rows until `lease_end(now)`. Returns them in any order.

        values are those of the parameters of the conditions.
        """
        if not await database.rows(self.first_due, now=now, **values):  # a read is cheaper than a transaction
            return []
        return await database.write(self._claim, now=now, most=most, until=lease_end(now), **values)

    async def settle(self, database: Database, statement: Executable, key: str, tries: int, **values: object) -> bool:
        """Run a statement that settles or postpones a held row. Returns False if the claim had ended."""
        return bool(await database.write(statement, held=key, try_=tries, **values))

    async def settle_all(self, database: Database, statement: Executable, held: Iterable[Row]) -> set[tuple[str, int]]:
        """Run such a statement for many held rows, all or none. It returns the key and tries of its row.

        Each row of values has its key as `held` and its number of tries as `try_`. Returns those that were held.
        """
        rows = sorted(held, key=itemgetter("held"))
        return {(row["key"], row["tries"]) for row in await database.write_all(statement, rows)}

    async def give_back(self, database: Database, now: int, held: Iterable[Row]) -> None:
        """Make held rows due at once for other processes, because this one ends. Without SQL they wait for the lease.

        Each row of values has its key as `held`, its number of tries as `try_`, and those of the queue's own condition.
        """
        rows = sorted(({**one, "now": now} for one in held), key=itemgetter("held"))
        with suppress(SourceUnavailable):
            await database.write_all(self._give_back, rows)

    async def bring_forward(self, database: Database, now: int) -> None:
        """Correct due times written by a clock that was ahead: no wait is longer than MAX_WAIT_SECONDS."""
        latest = now + milliseconds(MAX_WAIT_SECONDS)
        await database.write(self._bring_forward, latest=latest, until=lease_end(now))


def lease_end(now: int) -> int:
    """The end of a lease that begins now."""
    return now + milliseconds(LEASE_SECONDS)


def backoff_seconds(first: float, tries: int, longest: float) -> float:
    """The pause after so many failed tries: it doubles with each, up to the longest."""
    return min(first * 2.0 ** min(tries, MAX_DOUBLINGS), longest)
