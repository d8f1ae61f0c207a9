"""A copy of a SQLite file by SQLite's online backup (sqlite.org/backup.html).

The copy is made in one step inside a read transaction: it is consistent, and in WAL mode it holds up no writer.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from backups.database_copy import Complete
from backups.manifest import Snapshot
from backups.refusal import BackupRefused
from backups.scratch import store_durably
from backups.snapshot import take_snapshot
from database.sqlite import SQLite

TABLES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite|_%' ESCAPE '|' ORDER BY 1"
)


class SQLiteCopy:
    """A DatabaseCopy of one file."""

    dialect, member, is_compressed = "sqlite", "database.sqlite", False

    def __init__(self, path: Path) -> None:
        self._path, self._loaded = path, path

    async def dump(self, into: Path) -> Snapshot:
        """Copy the file."""
        if not self._path.exists():
            raise BackupRefused(f"{self._path} : cette base n'existe pas ; ZIN_DATA nomme son dossier.")
        await asyncio.to_thread(_copy, self._path, into)
        return await _checked(into)

    async def require_empty(self) -> None:
        """Check that there is no file, or one without a byte."""
        if self._path.exists() and self._path.stat().st_size:
            raise BackupRefused(
                f"{self._path} existe déjà : une sauvegarde n'est restaurée que dans une base vide. Arrêtez Zin et "
                "déplacez ce fichier (avec -wal et -shm), ou donnez un autre ZIN_DATA."
            )

    async def load(self, dump: Path) -> Snapshot:
        """Check the copy where it is; it gets its name when it is complete."""
        self._loaded = dump
        return await _checked(dump)

    async def complete(self, schema: str, complete: Complete) -> None:
        """Write what is missing, and give the file its name."""
        database = SQLite(self._loaded)
        try:
            async with database.exclusive_transaction() as writer:
                await complete(database, writer)
        finally:
            await database.close()
        await asyncio.to_thread(_single_file, self._loaded)
        store_durably(self._loaded, self._path)


async def _checked(path: Path) -> Snapshot:
    """Check the structure of a copy, and count what it holds."""
    with _translated(path), closing(sqlite3.connect(path)) as copy:
        if (found := copy.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            raise BackupRefused(f"{path.name} : la base est abîmée : {found}")

        async def fetch(query: str) -> Sequence[Sequence[Any]]:
            return copy.execute(query).fetchall()

        return await take_snapshot(fetch, [row[0] for row in copy.execute(TABLES)])


def _copy(path: Path, into: Path) -> None:
    with _translated(path):
        read_only = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(read_only, uri=True)) as source, closing(sqlite3.connect(into)) as copy:
            source.backup(copy)
        _single_file(into)


def _single_file(path: Path) -> None:
    """Bring a file out of WAL mode, so that all of it is in this one file."""
    with _translated(path), closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        raise BackupRefused(f"{path.name} : SQLite : {name} : voyez la place sur le disque et les droits.") from error
