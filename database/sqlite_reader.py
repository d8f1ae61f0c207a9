"""Reads of a SQLite file, away from the event loop: all that are asked while one trip is under way make the next.

A read of one row takes five microseconds, its own trip to a thread and back twenty times that; under load a trip
carries many, and is followed by a short wait so that the next one carries more. The write-ahead log lets reads go on
while another connection, here or in another process, writes. Whatever is raised, nobody is left waiting.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

PRAGMAS: Final = "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL"
LINGER: Final = 0.002  # seconds between two trips while they carry more than one read
Rows = list[dict[str, Any]]
Asked = tuple[str, Sequence[Any]]
Waiting = tuple[Asked, "asyncio.Future[Rows]"]


class Reader:
    """One connection that only reads, in a thread of its own; opened by the first read, and anew after a failure."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None
        self._file: os.stat_result | None = None  # which the connection has open
        self._asked: list[Waiting] = []
        self._trips: asyncio.Task[None] | None = None

    def ask(self, sql: str, values: Sequence[Any]) -> asyncio.Future[Rows]:
        """The rows of one query. Raises sqlite3.Error, and OSError when the file is not there."""
        loop = asyncio.get_running_loop()
        rows: asyncio.Future[Rows] = loop.create_future()
        self._asked.append(((sql, values), rows))
        if self._trips is None:
            self._trips = loop.create_task(self._travel())
        return rows

    async def close(self) -> None:
        """Let go of the connection, once what was asked is answered; a later read opens one again."""
        if self._trips:
            await asyncio.wait((self._trips,))
        thread, self._thread = self._thread, None
        if thread:
            await asyncio.get_running_loop().run_in_executor(thread, self._let_go)
            thread.shutdown()

    async def _travel(self) -> None:
        batch: list[Waiting] = []
        try:
            while self._asked:
                batch, self._asked = self._asked, []
                try:
                    found = await self._trip([asked for asked, _ in batch])
                except Exception as error:  # any, of a thread that cannot be started too: who waits is told
                    fail_all(batch, error)
                    continue
                for (_, waiting), rows in zip(batch, found, strict=True):
                    tell(waiting, rows)
                if len(batch) > 1:
                    await asyncio.sleep(LINGER)
        finally:  # where even this task was ended, what was asked is not answered by anybody else
            fail_all([*batch, *self._asked], sqlite3.OperationalError("the reader was stopped"))
            self._asked, self._trips = [], None

    async def _trip(self, asked: Sequence[Asked]) -> list[Rows | Exception]:
        self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, asked)

    def _read(self, batch: Sequence[Asked]) -> list[Rows | Exception]:
        """In the thread: each query's rows, or what it failed with, which fails no other."""
        found: list[Rows | Exception] = []
        if self._connection and not self._leads_to_open_file():
            self._let_go()
        for sql, values in batch:
            try:
                self._connection = self._connection or self._open()
                found.append([dict(row) for row in self._connection.execute(sql, values)])
            except Exception as error:  # the driver raises also what is no sqlite3.Error: OverflowError for a value
                found.append(error)
                self._let_go()
        return found

    def _leads_to_open_file(self) -> bool:
        """In the thread. A file that was removed or replaced would be read on, as it was, for as long as it is open."""
        try:
            return self._file is not None and os.path.samestat(self._file, os.stat(self._path))
        except OSError:
            return False

    def _open(self) -> sqlite3.Connection:
        """In the thread. mode=rw: where the file is gone, no empty one takes its place."""
        if not self._path.exists():
            raise FileNotFoundError(f"there is no {self._path.name}")
        connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=rw", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            connection.executescript(f"{PRAGMAS}; PRAGMA query_only = ON")
        except sqlite3.Error:
            connection.close()
            raise
        self._file = os.stat(self._path)
        return connection

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


def tell(waiting: asyncio.Future[Rows], rows: Rows | Exception) -> None:
    """Give whoever waits the rows, or what failed."""
    if waiting.done():  # whoever asked has gone
        return
    if isinstance(rows, Exception):
        waiting.set_exception(rows)
    else:
        waiting.set_result(rows)


def fail_all(waiting: Iterable[Waiting], error: Exception) -> None:
    """Tell everybody who still waits that it failed."""
    for _, rows in waiting:
        tell(rows, error)
