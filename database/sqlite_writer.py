"""Single writes to a SQLite file, in batches: the statements that arrive during one transaction share the next.

A transaction for each statement would need a connection and a wait for the disk, twenty times the statement's cost. A
failed statement is rolled back alone. Every statement gets a result or an error, whatever fails.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from database.sqlite_reader import Rows, fail_all, settle

Write = Callable[[sqlite3.Connection], Rows]
Waiting = tuple[Write, "asyncio.Future[Rows]"]


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
        return await self._soon(lambda connection: [dict(row) for row in connection.execute(sql, values).fetchall()])

    async def run_for_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each of these rows of values, all or none. Raises as `run`."""
        await self._soon(lambda connection: connection.executemany(sql, rows).fetchall())

    async def _soon(self, write: Write) -> Rows:
        done: asyncio.Future[Rows] = asyncio.get_running_loop().create_future()
        self._waiting.append((write, done))
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
                    ended = await asyncio.to_thread(self._transaction, [write for write, _ in together])
                except Exception as error:  # of any kind: all futures get it, and the next batch continues
                    fail_all(together, error)
                    continue
                for (_, done), end in zip(together, ended, strict=True):
                    settle(done, end)
        finally:  # also if this task is cancelled, every statement gets an error
            fail_all([*together, *self._waiting], sqlite3.OperationalError("the writer was stopped"))
            self._waiting, self._work = [], None

    def _transaction(self, together: Sequence[Write]) -> list[Rows | Exception]:
        """In a thread: the rows or the error of each statement."""
        connection = self._opened()
        try:
            connection.execute("BEGIN IMMEDIATE")
            ended = [_one(connection, write) for write in together]
            connection.execute("COMMIT")
        finally:
            connection.close()
        return ended


def _one(connection: sqlite3.Connection, write: Write) -> Rows | Exception:
    connection.execute("SAVEPOINT one")
    try:
        return write(connection)
    except Exception as error:  # not only sqlite3.Error: the driver raises OverflowError for a value
        connection.execute("ROLLBACK TO one")
        return error
    finally:
        connection.execute("RELEASE one")
