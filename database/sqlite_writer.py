"""Single writes to a SQLite file, in batches: the statements that arrive during one transaction share the next.

A transaction for each statement would need a connection and a wait for the disk, twenty times the statement's cost. A
failed statement is rolled back alone. Every statement gets a result or an error, whatever fails.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from database.combined_calls import CombinedCalls
from database.sqlite_reader import Rows

Written = tuple[str, Sequence[Sequence[Any]]]  # a statement, with its values for each time that it runs


class Writes:
    """The single writes of one process. opened opens a connection in the thread that calls it."""

    def __init__(self, opened: Callable[[], sqlite3.Connection]) -> None:
        self._opened = opened
        self._calls: CombinedCalls[Written, Rows] = CombinedCalls(self._run_all)

    async def run(self, sql: str, *values: Sequence[Any]) -> Rows:
        """Run one statement with each of these values, and return all its rows after the commit.

        Raises sqlite3.Error, OSError and SourceUnavailable. The statement also runs if its caller is cancelled.
        """
        return await self._calls.call((sql, values))

    async def close(self) -> None:
        """Wait until all statements are committed."""
        await self._calls.close()

    async def _run_all(self, together: Sequence[Written]) -> list[Rows | Exception]:
        return await asyncio.to_thread(self._transaction, together)

    def _transaction(self, together: Sequence[Written]) -> list[Rows | Exception]:
        """In a thread: the rows or the error of each statement."""
        connection = self._opened()
        try:
            connection.execute("BEGIN IMMEDIATE")
            ended = [_one(connection, sql, values) for sql, values in together]
            connection.execute("COMMIT")
        finally:
            connection.close()
        return ended


def _one(connection: sqlite3.Connection, sql: str, many: Sequence[Sequence[Any]]) -> Rows | Exception:
    connection.execute("SAVEPOINT one")
    try:
        return [dict(row) for values in many for row in connection.execute(sql, values).fetchall()]
    except Exception as error:  # not only sqlite3.Error: the driver raises OverflowError for a value
        connection.execute("ROLLBACK TO one")
        return error
    finally:
        connection.execute("RELEASE one")
