"""Compiles and checks each version once per process; staged versions in advance, so that publication is only a
switch.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from authoring.versions.archive import LOCALES, Files, extract_to
from authoring.versions.folders import Folders
from authoring.versions.languages import TranslationProblems
from authoring.versions.repository import VersionRepository
from catalog.entries import Entries
from state.errors import InvalidMenu, Problem
from state.menu.versions import MenuVersion

MAX_CACHED: Final = 4  # versions: what is in service, what is staged, and what somebody may go back to
MAX_PRELOADED: Final = 2  # staged versions, the newest, that are read before anybody publishes them
IN_VERSION: Final = Folders(Path(), Path(LOCALES))
MAX_FOLDER_AGE_SECONDS: Final = 24 * 3600.0  # seconds after which a folder that nothing needs is removed


class CompiledMenus(Protocol):
    """A version without problems."""

    @property
    def edition(self) -> MenuVersion:
        """Return the compiled journeys."""

    @property
    def entries(self) -> Entries:
        """Return the services, exams and statuses."""

    @property
    def translation_problems(self) -> TranslationProblems:
        """Return the problems of translations, by language."""


Check = Callable[[Path], CompiledMenus]


class CompiledVersionCache:
    """The versions that this process has compiled, extracted below its own folder.

    check reads the folder of a version, in a thread, and raises InvalidMenu with all problems.
    """

    def __init__(self, repository: VersionRepository, check: Check, within: Path) -> None:
        self.repository, self.check, self._within = repository, check, within
        self._known: dict[str, asyncio.Task[CompiledMenus]] = {}
        self.staged: CompiledMenus | None = (
            None  # the newest version that is staged, to be tried before it is published
        )

    async def get(self, version: str) -> CompiledMenus:
        """Return a version, compiled once. Raises MenusRefused, InvalidMenu and SourceUnavailable."""
        reading = self._known.pop(version, None) or asyncio.create_task(self.rebuild(version))
        self._known[version] = reading  # the last one asked for is the last to go
        for old in list(self._known)[:-MAX_CACHED]:
            self._known.pop(old)
        try:
            return await asyncio.shield(reading)
        except Exception:
            if self._known.get(version) is reading:
                self._known.pop(version)
            raise

    async def find_staged(self, version: str) -> CompiledMenus | None:
        """Return a staged version, for who tries it; None if it is not staged, or has a problem by now."""
        if version not in {one.version for one in await self.repository.staged()}:
            return None
        try:
            return await self.get(version)
        except InvalidMenu:
            return None

    async def rebuild(self, version: str) -> CompiledMenus:
        """Compile a version anew."""
        return (await self.check_files(await self.repository.files(version), IN_VERSION))[0]

    async def check_files(self, files: Files, shown_as: Folders) -> tuple[CompiledMenus, TranslationProblems]:
        """Compile these files; problems, also those of translations, name files of the folders `shown_as`."""
        folder = await asyncio.to_thread(extract_to, files, self._within)
        try:
            found = await asyncio.to_thread(self.check, folder)
        except InvalidMenu as broken:
            raise InvalidMenu([_moved(one, folder, shown_as) for one in broken.problems]) from None
        wrong_in = found.translation_problems
        moved = {code: tuple(_moved(one, folder, shown_as) for one in wrong) for code, wrong in wrong_in.items()}
        return found, moved

    async def folder(self, version: str) -> Path:
        """Return the folder to which a version is extracted. Raises as `get` does, but does not check the menus."""
        return await asyncio.to_thread(extract_to, await self.repository.files(version), self._within)

    async def close(self) -> None:
        """Cancel the compilations that are still running."""
        reading = list(self._known.values())
        self._known.clear()
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)

    async def preload(self) -> None:
        """Compile staged versions and the target of a rollback in advance; raises as `get` does."""
        staged, last = await self.repository.staged(), await self.repository.history(2)
        if not staged:
            self.staged = None
        for version in dict.fromkeys(
            (*(one.version for one in staged[:MAX_PRELOADED]), *(one.version for one in last[1:]))
        ):
            found = await self.get(version)
            if staged and version == staged[0].version:
                self.staged = found

    async def remove_old_folders(self) -> None:
        """Remove folders that are a day old and neither active nor staged."""
        last = await self.repository.current()
        needed = {one.version for one in await self.repository.staged()} | ({last.version} if last else set())
        await asyncio.to_thread(_remove, self._within, needed)


def _remove(within: Path, needed: set[str]) -> None:
    for folder in within.iterdir() if within.is_dir() else ():
        with suppress(OSError):  # another process may be tidying too
            if folder.name not in needed and time.time() - folder.stat().st_mtime > MAX_FOLDER_AGE_SECONDS:
                shutil.rmtree(folder)


def _moved(problem: Problem, folder: Path, shown_as: Folders) -> Problem:
    """Return a problem with its file moved from this folder to `shown_as`; a file elsewhere stays as it is."""
    path = Path(problem.file)
    if not path.is_relative_to(folder):
        return problem
    return replace(problem, file=str(shown_as.place(path.relative_to(folder).as_posix())))
