"""Versions that were in service before, also those that a program of before staged without languages.

Such a version goes back into service with the languages that citizens have now: what it makes with them is a version of
its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from authoring.versions.archive import Files, digest
from authoring.versions.errors import MenusRefused
from authoring.versions.folders import Folders
from authoring.versions.languages import has_languages, languages_of
from authoring.versions.repository import VersionRepository


@dataclass(frozen=True, slots=True)
class CompleteVersion:
    """A version with languages; is_new if SQL does not have it under this name."""

    version: str
    files: Files
    is_new: bool


class EarlierVersions:
    """Reads publications of one database. Each method raises SourceUnavailable."""

    def __init__(self, repository: VersionRepository) -> None:
        self._repository = repository

    async def in_service(self) -> Files:
        """Return the files of the newest publication; none if there is no publication."""
        last = await self._repository.current()
        return await self._repository.files(last.version) if last else {}

    async def complete(self, version: str) -> CompleteVersion:
        """Return a version with languages. Raises MenusRefused if it was never in service."""
        if not await self._repository.was_published(version):
            raise MenusRefused(f"{version} n'a jamais été en service : publiez-la.")
        files = await self._repository.files(version)
        if has_languages(files):
            return CompleteVersion(version, files, is_new=False)
        files = {**files, **languages_of(await self.in_service())}
        return CompleteVersion(digest(files), files, is_new=True)

    async def before(self) -> CompleteVersion:
        """Return the version before the active one. Raises MenusRefused if there is none."""
        active, *before = [one.version for one in await self._repository.history()] or [""]
        for version in dict.fromkeys(before):
            found = await self.complete(version)
            if found.version != active:  # else it became active with languages added
                return found
        raise MenusRefused("Il n'y a pas de version d'avant à laquelle revenir.")

    async def for_first_start(self, folders: Folders) -> Files:
        """Return what to publish where nothing is, or nothing with languages: citizens notice no difference.

        Languages are those that were published last, else those of the folder.
        """
        in_service = await self.in_service()
        if not in_service:
            return await asyncio.to_thread(folders.read)
        async for files in self._published():
            if has_languages(files):
                return {**in_service, **languages_of(files)}
        return {**in_service, **await asyncio.to_thread(folders.read_languages)}

    async def _published(self) -> AsyncIterator[Files]:
        for version in dict.fromkeys(one.version for one in await self._repository.history()):
            yield await self._repository.files(version)
