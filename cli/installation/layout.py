"""Writes the folder of a new installation, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from cli.installation.empty_set import write_empty
from cli.installation.starting_set import StartingSet, starting_set
from cli.installation.territory_data import TerritoryData
from state.errors import ZinError

TEMPLATES: Final = Path(__file__).parent / "templates"
SECRETS: Final = "secrets"
READ: Final = {  # what Zin reads in each folder; editors and Python leave other files
    "menus": {".yaml", ".json", ".csv", ".md"},
    "gateways": {".yaml", ".json"},
    "locales": {".yaml", ".po", ".pot"},
    "journeys": {".txt"},
}


class NotLaidOut(ZinError):
    """The folder cannot be laid out. The text is French, and says what to do."""


def lay_out(folder: Path, other: TerritoryData | None = None) -> Path:
    """Write a new installation there, and return its folder; with another country, an empty one for that country.

    Raises NotLaidOut and OSError; nothing is left then.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotLaidOut(f"{folder} existe déjà et n'est pas vide : donnez un autre dossier. Rien n'a été écrit.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        written = made / folder.name
        _write(written, starting_set(), other)
        written.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _write(folder: Path, begin: StartingSet, other: TerritoryData | None) -> None:
    folder.mkdir()
    if other:
        write_empty(folder, begin, other)
    else:
        for name in READ:
            _copy(getattr(begin, name), folder / name, READ[name])
    for template in sorted(TEMPLATES.iterdir()):
        shutil.copyfile(template, folder / template.name)
    (folder / SECRETS).mkdir(mode=0o700)
    (folder / ".gitignore").write_text("/var/\n/secrets/\n", encoding="utf-8")


def _copy(source: Path, target: Path, endings: set[str]) -> None:
    """Copy the files with these endings, with the rights of new files: those of a wheel may be read-only."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.suffix in endings:
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
