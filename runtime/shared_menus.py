"""Menus that the parent process of several workers compiles once, and that each worker serves from the same memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from authoring.validation import ValidatedMenus, validate
from database.interface import Database
from settings import Settings
from sources import Sources
from sources.registry import build_sources
from sources.services import Catalogue
from state.menu.lint.rule import Questions

FileStates = frozenset[tuple[str, int, int]]  # path, time of the last change in nanoseconds, bytes


@dataclass(frozen=True, slots=True)
class SharedMenus:
    """Compiled menus and their catalogue, with the states of the files from which they were read."""

    files: FileStates
    menus: ValidatedMenus
    catalogue: Catalogue

    def validate(self, settings: Settings, asked: Questions | None = None) -> ValidatedMenus:
        """Return the shared menus, or compile those of the settings if a file differs. Raises InvalidMenu."""
        return self.menus if file_states(settings) == self.files else validate(settings, asked)

    async def open_sources(self, settings: Settings, database: Database) -> Sources:
        """Build every source over a database that the parent process has filled. Raises InvalidMenu."""
        if file_states(settings) != self.files:
            return build_sources(settings, database)
        return build_sources(settings, database, self.menus.entries, self.catalogue)


def share_menus(settings: Settings) -> SharedMenus:
    """Compile the menus of the settings for all workers. Raises InvalidMenu."""
    files, menus = file_states(settings), validate(settings)
    catalogue = Catalogue(menus.entries.services, menus.entries.synonyms)
    catalogue.reload(menus.entries.services, menus.entries.synonyms, menus.edition.wordings)
    return SharedMenus(files, menus, catalogue)


def file_states(settings: Settings) -> FileStates:
    """Return the states of all files of the menus and languages."""
    return frozenset(_states(settings.menus)) | frozenset(_states(settings.locales))


def _states(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # an editor replaces files
            found = path.stat()
            yield str(path), found.st_mtime_ns, found.st_size
