"""Reads of a SQLite file in a thread, in batches: the queries that arrive during one batch form the next one.

A read of one row takes five microseconds, a switch to a thread and back twenty times that. Under load a batch holds
many queries, and a short wait after it makes the next one larger. With the write-ahead log, reads continue while
another connection or process writes. Every query gets a result or an error, whatever fails.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from database.combined_calls import fail_all, settle

PRAGMAS: Final = "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL"
LINGER: Final = 0.002  # seconds between two batches with more than one query
Rows = list[dict[str, Any]]
Asked = tuple[str, Sequence[Any]]
Waiting = tuple[Asked, "asyncio.Future[Rows]"]


class Reader:
    """One read-only connection in a thread of its own, opened by the first query and again after a failure."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None
        self._file: os.stat_result | None = None  # of the open connection
        self._asked: list[Waiting] = []
        self._trips: asyncio.Task[None] | None = None

    def ask(self, sql: str, values: Sequence[Any]) -> asyncio.Future[Rows]:
        """The future rows of one query. It raises sqlite3.Error, and OSError if the file does not exist."""
        loop = asyncio.get_running_loop()
        rows: asyncio.Future[Rows] = loop.create_future()
        self._asked.append(((sql, values), rows))
        if self._trips is None:
            self._trips = loop.create_task(self._travel())
        return rows

    async def close(self) -> None:
        """Answer the waiting queries and close the connection; a later query opens one again."""
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
                except Exception as error:  # also a thread that cannot start: all futures get the error
                    fail_all((rows for _, rows in batch), error)
                    continue
                for (_, waiting), rows in zip(batch, found, strict=True):
                    settle(waiting, rows)
                if len(batch) > 1:
                    await asyncio.sleep(LINGER)
        finally:  # also if this task is cancelled, every query gets an error
            fail_all((rows for _, rows in [*batch, *self._asked]), sqlite3.OperationalError("the reader was stopped"))
            self._asked, self._trips = [], None

    async def _trip(self, asked: Sequence[Asked]) -> list[Rows | Exception]:
        self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, asked)

    def _read(self, batch: Sequence[Asked]) -> list[Rows | Exception]:
        """In the thread: the rows or the error of each query. An error does not affect the other queries."""
        found: list[Rows | Exception] = []
        if self._connection and not self._leads_to_open_file():
            self._let_go()
        for sql, values in batch:
            try:
                self._connection = self._connection or self._open()
                found.append([dict(row) for row in self._connection.execute(sql, values)])
            except Exception as error:  # not only sqlite3.Error: the driver raises OverflowError for a value
                found.append(error)
                self._let_go()
        return found

    def _leads_to_open_file(self) -> bool:
        """In the thread: whether the path is still the open file. A removed file could be read on otherwise."""
        try:
            return self._file is not None and os.path.samestat(self._file, os.stat(self._path))
        except OSError:
            return False

    def _open(self) -> sqlite3.Connection:
        """In the thread: open the file. mode=rw does not create a missing file."""
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
