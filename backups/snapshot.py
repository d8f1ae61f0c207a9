"""Counts what a database holds, in the moment of its backup and again after it was restored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from backups.manifest import Snapshot
from database.key_rotation import SEALED

VERSIONS: Final = "alembic_version"  # the table of the schema's version
NAME_CHARACTERS: Final = 8  # of the name of a key, before the point in what it sealed
WAITING: Final = {
    "outbox": "state IN ('queued', 'sending')",
    "promises": "kind <> 'changes'",
    "ministry_recipients": "state = 'waiting'",
}
Fetch = Callable[[str], Awaitable[Sequence[Sequence[Any]]]]  # a query, to its rows


async def take_snapshot(fetch: Fetch, tables: Sequence[str]) -> Snapshot:
    """Count the rows of these tables, which are all of the database."""
    versions = await fetch(f"SELECT version_num FROM {VERSIONS}") if VERSIONS in tables else []
    return Snapshot(
        schema=str(versions[0][0]) if versions else "",
        rows={name: await _count(fetch, name) for name in tables if name != VERSIONS},
        keys=sorted(await _key_names(fetch, tables)),
        waiting=sum([await _count(fetch, name, where) for name, where in WAITING.items() if name in tables]),
    )


async def _count(fetch: Fetch, table: str, where: str = "true") -> int:
    return int((await fetch(f'SELECT count(*) FROM "{table}" WHERE {where}'))[0][0])


async def _key_names(fetch: Fetch, tables: Sequence[str]) -> set[str]:
    """The names of the keys that sealed something; texts from before keys had names have none."""
    found = set[str]()
    for table, column in SEALED:
        if table.name in tables:
            names = f"SELECT DISTINCT substr({column.name}, 1, {NAME_CHARACTERS}) FROM {table.name}"
            found |= {row[0] for row in await fetch(f"{names} WHERE {column.name} LIKE '%.%'")}
    return found
