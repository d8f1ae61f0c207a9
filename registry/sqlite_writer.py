"""Single statements that write to a SQLite file: all that come while one transaction is under way share the next.

A transaction of its own costs each statement a connection and a wait for the disk, twenty times what the statement
takes. One that fails is undone alone, and fails no other.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from registry.sqlite_reader import Asked, Rows, tell


class Writes:
    """The statements of one process. opened gives a connection, in the thread that calls it."""

    def __init__(self, opened: Callable[[], sqlite3.Connection]) -> None:
        self._opened = opened
        self._waiting: list[tuple[Asked, asyncio.Future[Rows]]] = []
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
        try:
            while self._waiting:
                together, self._waiting = self._waiting, []
                try:
                    ended = await asyncio.to_thread(self._transaction, [asked for asked, _ in together])
                except (sqlite3.Error, OSError) as error:
                    ended = [error] * len(together)
                for (_, done), end in zip(together, ended, strict=True):
                    tell(done, end)
        finally:
            self._work = None

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
    except sqlite3.Error as error:
        connection.execute("ROLLBACK TO one")
        return error
    finally:
        connection.execute("RELEASE one")
