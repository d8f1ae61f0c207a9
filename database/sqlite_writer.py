"""Single writes to a SQLite file, in batches: the statements that arrive during one transaction share the next.

A transaction for each statement would need a connection and a wait for the disk, twenty times the statement's cost. A
failed statement is rolled back alone. Every statement gets a result or an error, whatever fails.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from database.sqlite_reader import Asked, Rows, Waiting, fail_all, settle


class Writes:
    """The single writes of one process. opened opens a connection in the thread that calls it."""

    def __init__(self, opened: Callable[[], sqlite3.Connection]) -> None:
        self._opened = opened
        self._waiting: list[Waiting] = []
        self._work: asyncio.Task[None] | None = None

    async def run(self, sql: str, values: Sequence[Any]) -> Rows:
        """Run one statement and return its rows after the commit. Raises sqlite3.Error and OSError.

        The statement also runs if its caller is cancelled.
        """
        done: asyncio.Future[Rows] = asyncio.get_running_loop().create_future()
        self._waiting.append(((sql, values), done))
        if self._work is None:
            self._work = asyncio.create_task(self._run_all())
        return await done

    async def close(self) -> None:
        """Wait until all statements are committed."""
        if self._work:
            await asyncio.wait((self._work,))

    async def _run_all(self) -> None:
        together: list[Waiting] = []
        try:
            while self._waiting:
                together, self._waiting = self._waiting, []
                try:
                    ended = await asyncio.to_thread(self._transaction, [asked for asked, _ in together])
                except Exception as error:  # of any kind: all futures get it, and the next batch continues
                    fail_all(together, error)
                    continue
                for (_, done), end in zip(together, ended, strict=True):
                    settle(done, end)
        finally:  # also if this task is cancelled, every statement gets an error
            fail_all([*together, *self._waiting], sqlite3.OperationalError("the writer was stopped"))
            self._waiting, self._work = [], None

    def _transaction(self, together: Sequence[Asked]) -> list[Rows | Exception]:
        """In a thread: the rows or the error of each statement."""
        connection = self._opened()
        try:
            connection.execute("BEGIN IMMEDIATE")
            ended = [_one(connection, sql, values) for sql, values in together]
            connection.execute("COMMIT")
        finally:
            connection.close()
        return ended


def _one(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> Rows | Exception:
    connection.execute("SAVEPOINT one")
    try:
        return [dict(row) for row in connection.execute(sql, values).fetchall()]
    except Exception as error:  # not only sqlite3.Error: the driver raises OverflowError for a value
        connection.execute("ROLLBACK TO one")
        return error
    finally:
        connection.execute("RELEASE one")
