"""The files that the draft of the menus starts from.

In production these are the files of the newest publication, whatever is on disk. A demonstration also serves its
folders when a file there is saved, until the next publication.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from authoring.versions.archive import Files
from authoring.versions.errors import MenusRefused
from authoring.versions.folders import Folders
from authoring.versions.repository import VersionRepository


class PublishedFiles:
    """The files of the newest publication, unpacked once for each."""

    def __init__(self, repository: VersionRepository) -> None:
        self._repository = repository
        self._known: tuple[str, Files] = ("", {})

    async def __call__(self) -> Files:
        """Return the files. Raises MenusRefused if nothing is published, and SourceUnavailable."""
        last = await self._repository.current()
        if last is None:
            raise MenusRefused("Aucune version n'est encore en service : préparez d'abord le dossier des menus.")
        if last.version != self._known[0]:
            self._known = (last.version, await self._repository.files(last.version))
        return self._known[1]


class FolderFiles:
    """The files of the folders of menus and languages, read at each call."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders

    async def __call__(self) -> Files:
        """Return the files. Raises MenusRefused if there is no menu folder."""
        return await asyncio.to_thread(self._folders.read)


class LatestFiles:
    """The files of the folders or of the newest publication, whichever came last.

    folder_replaces returns the number of the publication that was the newest when the folders came into service.
    """

    def __init__(self, folders: Folders, repository: VersionRepository, folder_replaces: Callable[[], int]) -> None:
        self._repository, self._folder_replaces = repository, folder_replaces
        self._in_folder, self._published = FolderFiles(folders), PublishedFiles(repository)

    async def __call__(self) -> Files:
        """Return the files. Raises MenusRefused if there are none, and SourceUnavailable."""
        last = await self._repository.current()
        is_published = last is not None and last.number > self._folder_replaces()
        return await (self._published() if is_published else self._in_folder())
