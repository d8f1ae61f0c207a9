"""What somebody changed in the folder of menus on disk, beside the desk: shown, and never overwritten or lost.

A publication from the desk leaves the folder as it is, so a file that differs may just be older. A file whose content
was in service before is one that nobody changed since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from authoring.drafts.blocks import merge, splitter
from authoring.drafts.working_copy import Content, WorkingCopy, text_of
from authoring.versions.archive import Files, digest
from authoring.versions.errors import MenusRefused
from authoring.versions.folders import Folders
from authoring.versions.repository import VersionRepository

MAX_EARLIER: Final = 20  # publications; a file that is older than these is shown as changed


def changed_on_disk(on_disk: Files, in_service: Files, earlier: Sequence[Files]) -> dict[str, Content]:
    """Return the files of the folder that have never been in service, by path; None for one that was removed there.

    earlier are the versions that were in service before.
    """
    found: dict[str, Content] = {
        path: content
        for path, content in on_disk.items()
        if content != in_service.get(path) and all(content != one.get(path) for one in earlier)
    }
    gone = in_service.keys() - on_disk.keys()
    return found | {path: None for path in sorted(gone) if all(path in one for one in earlier)}


def taken(working_copy: WorkingCopy, path: str, content: Content) -> Content:
    """Return a file of the working copy with what was changed on disk; where both changed a block, that of the disk."""
    before, present = working_copy.in_service.get(path), working_copy.files.get(path)
    text = merge(text_of(before), text_of(content), text_of(present), splitting=splitter(path)).text
    return None if text is None else text.encode()


class FolderChanges:
    """What was changed in the folders; earlier versions are read again only if a folder or the publication changed."""

    def __init__(self, folders: Folders, repository: VersionRepository) -> None:
        self._folders, self._repository = folders, repository
        self._known: tuple[tuple[str, str], dict[str, Content]] = (("", ""), {})

    async def find(self, in_service: Files) -> dict[str, Content]:
        """Return the changed files by path, None for a removed one; none if there is no folder of menus."""
        try:
            on_disk = await asyncio.to_thread(self._folders.read)
        except (MenusRefused, OSError):
            return {}
        named = digest(on_disk), digest(in_service)
        if named != self._known[0]:
            self._known = named, await self._compared(on_disk, in_service) if named[0] != named[1] else {}
        return self._known[1]

    async def _compared(self, on_disk: Files, in_service: Files) -> dict[str, Content]:
        history = await self._repository.history(MAX_EARLIER)
        versions = dict.fromkeys(one.version for one in history)
        earlier = [await self._repository.files(version) for version in versions]
        return changed_on_disk(on_disk, in_service, [files for files in earlier if files != in_service])
