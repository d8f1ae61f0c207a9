"""Single statements that write to a SQLite file: all that come while one transaction is under way share the next.

A transaction of its own costs each statement a connection and a wait for the disk, twenty times what the statement
takes. One that fails is undone alone, and fails no other; whatever is raised, nobody is left waiting.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from database.sqlite_reader import Asked, Rows, Waiting, fail_all, tell


class Writes:
    """The statements of one process. opened gives a connection, in the thread that calls it."""

    def __init__(self, opened: Callable[[], sqlite3.Connection]) -> None:
        self._opened = opened
        self._waiting: list[Waiting] = []
        self._work: asyncio.Task[None] | None = None

    async def run(self, sql: str, values: Sequence[Any]) -> Rows:
        """The rows that one statement returns, once it is kept. Raises sqlite3.Error and OSError.

        Who stops waiting leaves the statement to be run all the same.
        """
        done: asyncio.Future[Rows] = asyncio.get_running_loop().create_future()
        self._waiting.append(((sql, values), done))
        if self._work is None:
            self._work = asyncio.create_task(self._run_all())
        return await done

    async def close(self) -> None:
        """Wait until what was asked is kept."""
        if self._work:
            await asyncio.wait((self._work,))

    async def _run_all(self) -> None:
        together: list[Waiting] = []
        try:
            while self._waiting:
                together, self._waiting = self._waiting, []
                try:
                    ended = await asyncio.to_thread(self._transaction, [asked for asked, _ in together])
                except Exception as error:  # any: who waits is told, and the next transaction is another
                    fail_all(together, error)
                    continue
                for (_, done), end in zip(together, ended, strict=True):
                    tell(done, end)
        finally:  # where even this task was ended, what was asked is not answered by anybody else
            fail_all([*together, *self._waiting], sqlite3.OperationalError("the writer was stopped"))
            self._waiting, self._work = [], None

    def _transaction(self, together: Sequence[Asked]) -> list[Rows | Exception]:
        """In a thread: each statement's rows, or what it failed with."""
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
    except Exception as error:  # the driver raises also what is no sqlite3.Error: OverflowError for a value
        connection.execute("ROLLBACK TO one")
        return error
    finally:
        connection.execute("RELEASE one")
