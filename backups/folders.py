"""The folders of an installation that its database needs: what was published refers to them.

menus, gateways, locales and recorded calls are those of the settings, reports are those of imports in the data folder,
with which the next year's are compared. Secrets are in none of them; of gateways only the files are taken in which none
can be.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from backups.archive import Archive, NewArchive
from backups.scratch import scratch_folder
from results.importing.service import REPORTS
from settings import Settings

Outcome = Literal["restored", "same", "other"]
GATEWAYS: Final = "gateways"
DESCRIBING: Final = frozenset((".yaml", ".json", ".csv"))  # gateways, their schemas, and ported numbers


def folders(settings: Settings) -> dict[str, Path]:
    """Each folder by its name in the archive."""
    return {
        "menus": settings.menus,
        GATEWAYS: settings.gateways,
        "locales": settings.locales,
        "journeys": settings.journeys,
        "reports": settings.data / REPORTS,
    }


def add_folders(archive: NewArchive, settings: Settings) -> None:
    """Add every file of these folders, without hidden ones."""
    for name, folder in folders(settings).items():
        taken = (file for file in _files(folder) if name != GATEWAYS or file.suffix in DESCRIBING)
        for file in taken:
            archive.add(f"{name}/{file.relative_to(folder).as_posix()}", file)


def restore_folders(archive: Archive, settings: Settings) -> dict[str, Outcome]:
    """Restore the folders that are missing or empty; one that has files stays as it is.

    Returns how each that is in the archive ended: other means that it stays and differs from the archive.
    """
    ended: dict[str, Outcome] = {}
    for name, folder in folders(settings).items():
        if members := archive.below(name):
            ended[name] = _restore(archive, members, folder)
    return ended


def _restore(archive: Archive, members: list[str], folder: Path) -> Outcome:
    folder = folder.resolve()
    if present := list(_files(folder)):
        relative = {member: PurePosixPath(*PurePosixPath(member).parts[1:]) for member in members}
        same = {folder / path for path in relative.values()} == set(present) and all(
            archive.has_bytes_of(member, folder / path) for member, path in relative.items()
        )
        return "same" if same else "other"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(folder) as scratch:
        made = scratch / folder.name
        for member in members:
            archive.extract(member, made.joinpath(*PurePosixPath(member).parts[1:]))
        shutil.rmtree(folder, ignore_errors=True)  # empty folders only
        made.replace(folder)
    return "restored"


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, in a fixed order; a link to a file counts as one."""
    for place, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for file in sorted(files):
            path = Path(place, file)
            if not file.startswith(".") and path.is_file():
                yield path
