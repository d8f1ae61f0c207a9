"""Changes of a SQLite file, by any process: one open connection looks whether anything was committed.

A look is one value in shared memory and takes ten microseconds, a query in its thread twenty times that.
Source: sqlite.org/pragma.html#pragma_data_version
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from database.changes import ChangeSignal

LOOK_SECONDS: Final = 0.2  # between two looks
AGAIN_SECONDS: Final = 1.0  # before the next try, if the file cannot be read


class SQLiteChanges(ChangeSignal):
    """The signal of one file. Every commit of another connection counts, whatever it changed."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    async def _receive(self) -> None:
        while True:
            try:
                with closing(self._connected()) as connection:
                    await self._look(connection)
            except (sqlite3.Error, OSError):  # there is no file yet, or it was removed
                pass
            finally:
                self.is_live = False
                self.note()
            await asyncio.sleep(AGAIN_SECONDS)

    def _connected(self) -> sqlite3.Connection:
        address = f"{self._path.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(address, uri=True, timeout=0, isolation_level=None, check_same_thread=False)

    async def _look(self, connection: sqlite3.Connection) -> None:
        """Look until the path leads to another file. The first look notes what changed before."""
        file, last = os.stat(self._path), -1
        while os.path.samestat(file, os.stat(self._path)):
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            self.is_live = True
            if version != last:
                self.note()
            last = version
            await asyncio.sleep(LOOK_SECONDS)
