"""Where the files of a version are on disk: the folder of menus, and that of languages.

    menus/home.yaml         home.yaml
    locales/fon.po          locales/fon.po

A version that is laid out has its languages within its folder; an installation has two folders.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from authoring.versions.archive import LOCALES, Files, checked_sizes, read_folder
from authoring.versions.languages import is_of_languages, menus_of
from settings import Settings
from state.text.languages import TABLE
from state.text.po_files import SUFFIX


@dataclass(frozen=True, slots=True)
class Folders:
    """The folder of menus and the folder of languages."""

    menus: Path
    locales: Path

    def read(self) -> Files:
        """Return the files of a version by path. Raises MenusRefused, and OSError if a file cannot be read."""
        return checked_sizes({**menus_of(read_folder(self.menus)), **self.read_languages()})

    def read_languages(self) -> Files:
        """Return the table of languages and all translations, by path in a version."""
        paths = (self.locales / TABLE, *self.locales.glob(f"*{SUFFIX}"))
        return {f"{LOCALES}/{path.name}": path.read_bytes() for path in paths if path.is_file()}

    def place(self, path: str) -> Path:
        """Return where the file with this path of a version is."""
        return self.locales / PurePosixPath(path).name if is_of_languages(path) else self.menus / path


def folders_of(folder: Path, locales: Path) -> Folders:
    """Return the folders of menus in `folder`; if no languages are within, they are in `locales`."""
    within = folder / LOCALES
    return Folders(folder, within if (within / TABLE).is_file() else locales)


def settings_of(settings: Settings, folder: Path) -> Settings:
    """Return the settings with the menus in `folder`, and their languages."""
    folders = folders_of(folder, settings.locales)
    return settings.model_copy(update={"menus": folders.menus, "locales": folders.locales})
