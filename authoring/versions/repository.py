"""The versions that somebody brought and what was published of them, as the registry has them, for every process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from authoring.versions import queries as sql
from authoring.versions.archive import Files, unzip_files
from authoring.versions.errors import MenusRefused
from database.interface import Database

MAX_LISTED: Final = 200  # publications, the newest
MIN_PREFIX_CHARACTERS: Final = 4  # signs of a version's name by which somebody may call it


@dataclass(frozen=True, slots=True)
class Staged:
    """A version that waits to be published. at is in Unix seconds."""

    version: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Publication:
    """What citizens got from a moment on. at is in Unix seconds."""

    number: int
    version: str
    by: str
    at: int
    why: str


class VersionRepository:
    """What is in the registry. Each method raises SourceUnavailable."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def revision(self) -> int:
        """A number that goes up with every deed of an operator; quick, for who asks all the time."""
        return int((await self.database.rows(sql.LAST_AUDIT_NUMBER))[0]["number"] or 0)

    async def staged(self) -> tuple[Staged, ...]:
        """The versions that were not published since somebody brought them, the newest first."""
        rows = await self.database.rows(sql.STAGED)
        return tuple(Staged(row["version"], row["staged_by"], row["staged_at"]) for row in rows)

    async def history(self, most: int = MAX_LISTED) -> tuple[Publication, ...]:
        """The publications, the newest first."""
        return tuple(map(publication_from_row, await self.database.rows(sql.PUBLICATIONS, most=most)))

    async def current(self) -> Publication | None:
        """The newest publication."""
        return next(iter(await self.history(1)), None)

    async def resolve_name(self, name: str) -> str:
        """The whole name of a version of which somebody typed the beginning. Raises MenusRefused."""
        found = {str(row["version"]) for row in await self.database.rows(sql.NAMES)}
        alike = [version for version in found if version.startswith(name) and len(name) >= MIN_PREFIX_CHARACTERS]
        if len(alike) != 1:
            raise MenusRefused(f"Il n'y a pas une version « {name[:40]} » : voyez zin menus history.")
        return alike[0]

    async def last_staged(self, name: str = "") -> str:
        """The version that somebody means to compare: the last one staged, unless it is named. Raises MenusRefused."""
        if name:
            return await self.resolve_name(name)
        staged = await self.staged()
        if not staged:
            raise MenusRefused("Rien n'est préparé : commencez par zin menus stage.")
        return staged[0].version

    async def only_staged(self, name: str = "") -> str:
        """The version that somebody means to publish, never one of several by chance. Raises MenusRefused."""
        if not name and len(await self.staged()) > 1:
            raise MenusRefused("Plusieurs versions sont préparées : nommez-en une, zin menus history les montre.")
        return await self.last_staged(name)

    async def files(self, version: str) -> Files:
        """What a version holds. Raises MenusRefused for one that is not here."""
        rows = await self.database.rows(sql.FILES, named=version)
        if not rows:
            raise MenusRefused(f"Il n'y a pas de version « {version[:40]} ».")
        return unzip_files(rows[0]["files"])


def publication_from_row(row: Mapping[str, Any]) -> Publication:
    return Publication(row["number"], row["version"], row["published_by"], row["published_at"], row["why"])
