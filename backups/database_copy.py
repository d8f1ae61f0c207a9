"""What a backup needs of a kind of database, whichever it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from backups.manifest import Snapshot
from database.interface import Database, Writer

Complete = Callable[
    [Database, Writer], Awaitable[None]
]  # what is written in the transaction that opens a restored database


class DatabaseCopy(Protocol):
    """One database, to be copied or restored. Every method raises BackupRefused and SourceUnavailable."""

    @property
    def dialect(self) -> str:
        """The name of the SQL dialect."""

    @property
    def member(self) -> str:
        """The name of the copy in the archive."""

    @property
    def is_compressed(self) -> bool:
        """Whether the copy is compressed already."""

    async def dump(self, into: Path) -> Snapshot:
        """Write a consistent copy into a new file, while others write. Returns what the copy holds."""

    async def require_empty(self) -> None:
        """Check that nothing is in the database, or that it does not exist."""

    async def load(self, dump: Path) -> Snapshot:
        """Restore a copy, all or nothing. No Zin can start with it before it is completed. Returns what it holds."""

    async def complete(self, schema: str, complete: Complete) -> None:
        """Open the restored database for use, with the version of its schema and what `complete` writes."""
