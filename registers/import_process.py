"""Imports a file in a process of its own, with limits of memory and time, so that citizens are answered meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from accounts.accounts import Operator
from database import open_database
from registers.imports import Imported, Order, RegisterImports
from registers.reader import read_file
from registers.register import DEFAULT_FEED, find_register
from settings import Settings
from spreadsheets.bounded_process import run_confined
from spreadsheets.opened_file import Progress
from state.identity import Pseudonyms


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A file for one feed of one register, and how it is imported."""

    file: Path
    register: str
    feed: str = DEFAULT_FEED
    order: Order = field(default_factory=Order)


def import_file(settings: Settings, wanted: ImportRequest, by: Operator, progress: Progress | None = None) -> Imported:
    """Read and import a file in a process of its own. The menus of the settings are those that are published.

    Raises FileBroken, NotRead, RegisterRefused, InvalidMenu and SourceUnavailable; nothing was changed then.
    """
    return run_confined(settings.data, _import, settings, wanted, by, progress=progress or float)


def _import(settings: Settings, wanted: ImportRequest, by: Operator, progress: Progress) -> Imported:
    register = find_register(settings.menus, wanted.register, wanted.feed)
    read = read_file(register, wanted.file, progress)

    async def store() -> Imported:
        database = open_database(settings)
        try:
            imports = RegisterImports(database, Pseudonyms(settings.secrets.pepper))
            return await imports.import_rows(by, register, read, wanted.order)
        finally:
            await database.close()

    return asyncio.run(store())


def outcome_lines(found: Imported) -> list[str]:
    """Return the report, and what became of the file, in French."""
    if found.why:
        return [*found.report.lines(), found.why]
    ends = {
        "refused": (),
        "tried": ("Essai seulement : rien n'est changé.",),
        "unchanged": ("Tout est déjà dans le registre, comme dans ce fichier : rien ne change.",),
        "stored": ("Importé. Pour revenir en arrière : zin registers undo.",),
    }
    return [*found.report.lines(), *ends[found.done]]
