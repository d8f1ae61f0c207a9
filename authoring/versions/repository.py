"""Reads versions and publications of the menus from SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from authoring.versions import queries as sql
from authoring.versions.archive import Files, unzip_files
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import menus_of
from database import tables
from database.changes import Watch
from database.interface import Database
from state.errors import Problem

MAX_LISTED: Final = 200  # publications, the newest
MIN_PREFIX_CHARACTERS: Final = 4  # signs of a version's name by which somebody may call it


@dataclass(frozen=True, slots=True)
class Staged:
    """A version that waits for publication. at is in Unix seconds.

    held_back are problems of translations for which their languages stay as in service; known while it is staged.
    """

    version: str
    by: str
    at: int
    held_back: tuple[Problem, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """A version that was made active. at is in Unix seconds."""

    number: int
    version: str
    by: str
    at: int
    why: str


class VersionRepository:
    """Versions and publications in the database. Each method raises SourceUnavailable."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def revision(self) -> int:
        """Return a number that grows with every action of an operator; fast enough to poll."""
        return int((await self.database.rows(sql.LAST_AUDIT_NUMBER))[0]["number"] or 0)

    def watch(self) -> Watch:
        """Return what to wait for until the revision may be another."""
        return self.database.watch(tables.audit)

    async def staged(self) -> tuple[Staged, ...]:
        """Return the versions that were not published since they were staged, the newest first."""
        rows = await self.database.rows(sql.STAGED)
        return tuple(Staged(row["version"], row["staged_by"], row["staged_at"], (), row["why"] or "") for row in rows)

    async def history(self, most: int = MAX_LISTED) -> tuple[Publication, ...]:
        """Return the publications, the newest first."""
        return tuple(map(publication_from_row, await self.database.rows(sql.PUBLICATIONS, most=most)))

    async def current(self) -> Publication | None:
        """Return the newest publication."""
        return next(iter(await self.history(1)), None)

    async def was_published(self, version: str) -> bool:
        """Return whether a version was ever in service."""
        return bool(await self.database.rows(sql.PUBLISHED, named=version))

    async def resolve_name(self, name: str) -> str:
        """Return the full name of the version that begins with `name`. Raises MenusRefused."""
        found = {str(row["version"]) for row in await self.database.rows(sql.NAMES)}
        alike = [version for version in found if version.startswith(name) and len(name) >= MIN_PREFIX_CHARACTERS]
        if len(alike) != 1:
            raise MenusRefused(f"Il n'y a pas une version « {name[:40]} » : voyez zin menus history.")
        return alike[0]

    async def last_staged(self, name: str = "") -> str:
        """Return the named version, by default the last one staged. Raises MenusRefused."""
        if name:
            return await self.resolve_name(name)
        staged = await self.staged()
        if not staged:
            raise MenusRefused("Rien n'est préparé : commencez par zin menus stage.")
        return staged[0].version

    async def only_staged(self, name: str = "") -> str:
        """Return the named version, or the only one staged. Raises MenusRefused if several are staged."""
        if not name and len(await self.staged()) > 1:
            raise MenusRefused("Plusieurs versions sont préparées : nommez-en une, zin menus history les montre.")
        return await self.last_staged(name)

    async def files(self, version: str) -> Files:
        """Return the files of a version, without languages if a program of before staged it.

        Raises MenusRefused if it does not exist.
        """
        rows = await self.database.rows(sql.FILES, named=version)
        if not rows:
            raise MenusRefused(f"Il n'y a pas de version « {version[:40]} ».")
        languages = rows[0]["languages"]  # a program of before knew none; what its draft had of them is not all
        return {**menus_of(unzip_files(rows[0]["files"])), **(unzip_files(languages) if languages else {})}


def publication_from_row(row: Mapping[str, Any]) -> Publication:
    """Return the publication in a row."""
    return Publication(row["number"], row["version"], row["published_by"], row["published_at"], row["why"])
