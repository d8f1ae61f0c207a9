"""Packs the files of a version into a zip and back: only files that Zin reads, and nothing outside the folder.

A version has the menus, and below `locales/` the table of languages and their translations.

The name of a version is a digest of the path and the bytes of every file. (A session refers to another digest, of
state/menu/journeys.py, which covers the journeys only: services, exams and statuses are always shown as they are today,
so that a session does not end when a price changes.)
"""

from __future__ import annotations

import io
import lzma
import os
import re
import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import IO, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from authoring.versions.errors import MenusRefused
from state.text import po_files
from state.yaml_files import loader

KINDS: Final = frozenset({".yaml", ".yml", ".json", ".csv", ".md"})
LOCALES: Final = "locales"  # the only folder whose translations are read
MAX_FILES: Final = 5_000
MAX_TOTAL_BYTES: Final = 20_000_000  # bytes of all files together
MAX_DEPTH: Final = 3  # menus/exams/columns/bac.yaml
MAX_NAME_CHARACTERS: Final = 100
NAME: Final = re.compile(r"[0-9a-f]{20}")
DATE: Final = (1980, 1, 1, 0, 0, 0)  # the same zip for the same files, whenever they were written

DAMAGE: Final = (  # what zipfile and all that it unpacks with raise for damaged bytes
    *(BadZipFile, NotImplementedError, RuntimeError, ValueError, KeyError, EOFError, OSError),
    *(zlib.error, lzma.LZMAError, struct.error),
)

Files = Mapping[str, bytes]


def read_folder(folder: Path) -> Files:
    """Return the files of a folder that Zin reads, by relative path; files of editors are left out.

    Raises MenusRefused if it is no menu folder or too large.
    """
    found = _gathered((path.relative_to(folder).as_posix(), path.open("rb")) for path in _paths(folder))
    if not any("/" not in name and name.endswith(".yaml") for name in found):
        raise MenusRefused(f"{folder} : il n'y a pas de fichier .yaml dans ce dossier.")
    return found


def digest(files: Files) -> str:
    """Return the name of the version with these files."""
    made = blake2b(digest_size=10)
    for name, held in sorted(files.items()):
        for part in (name.encode(), held):
            made.update(len(part).to_bytes(8, "big") + part)
    return made.hexdigest()


def zip_files(files: Files) -> bytes:
    """Return the zip of these files."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, held in sorted(files.items()):
            archive.writestr(ZipInfo(name, DATE), held, ZIP_DEFLATED)
    return made.getvalue()


def unzip_files(archive: bytes) -> Files:
    """Return the files of a zip. Raises MenusRefused if it is damaged, too large, or contains an unexpected file."""
    try:
        with ZipFile(io.BytesIO(archive)) as opened:
            return _gathered((entry.filename, opened.open(entry)) for entry in opened.infolist())
    except DAMAGE as error:
        raise MenusRefused("Cette version est abîmée : préparez-la de nouveau.") from error


def extract_to(files: Files, within: Path) -> Path:
    """Write the version to its folder below `within`, unless it is complete there; return the folder."""
    version = digest(files)
    folder = within / version
    if _holds(folder, version):
        return folder
    within.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = Path(tempfile.mkdtemp(dir=within, prefix=".new-"))
    try:
        for name, held in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(held)
        _put(made, folder, version)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def is_allowed_path(name: str) -> bool:
    """Return whether a file of a menu folder may have this path."""
    path = PurePosixPath(name)
    parts = path.parts
    return (
        name == path.as_posix()
        and not path.is_absolute()
        and 0 < len(parts) <= MAX_DEPTH
        and all(not part.startswith(".") and len(part) <= MAX_NAME_CHARACTERS for part in parts)
        and is_read(name)
        and name.isprintable()
        and not set(name) & set('\\:*?"<>|')
    )


def is_read(path: str) -> bool:
    """Return whether Zin reads files of this kind at this place."""
    suffix = PurePosixPath(path).suffix
    return suffix in KINDS or (suffix == po_files.SUFFIX and PurePosixPath(path).parent.as_posix() == LOCALES)


def max_bytes(path: str) -> int:
    """Return the limit of the size of a file."""
    return po_files.MAX_FILE_BYTES if path.endswith(po_files.SUFFIX) else loader.MAX_FILE_BYTES


def checked_sizes(files: Files) -> Files:
    """Return the files in their order. Raises MenusRefused if one or all together are too large."""
    for name, held in files.items():
        if len(held) > max_bytes(name):
            raise MenusRefused(f"{name} est trop grand : {max_bytes(name)} octets au plus.")
    if sum(map(len, files.values())) > MAX_TOTAL_BYTES or len(files) > MAX_FILES:
        raise MenusRefused(f"Ces menus sont trop grands : {MAX_FILES} fichiers et {MAX_TOTAL_BYTES} octets au plus.")
    return dict(sorted(files.items()))


def _paths(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that belong to a version; hidden files and linked folders are left out."""
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(here, name)
            if not name.startswith(".") and is_read(path.relative_to(folder).as_posix()) and path.is_file():
                yield path


def _gathered(given: Iterable[tuple[str, IO[bytes]]]) -> Files:
    """Return the files by path, in order. Raises MenusRefused for a path that is not allowed or a size above the
    limits.
    """
    found: dict[str, bytes] = {}
    room = MAX_TOTAL_BYTES
    for name, opened in given:
        with opened:
            found_again = name in found
            found[name] = opened.read(max_bytes(name) + 1)  # what a zip says of its sizes need not be true
        if found_again or not is_allowed_path(name):
            raise MenusRefused(f"« {name[:MAX_NAME_CHARACTERS]} » : ce nom de fichier n'est pas d'un dossier de menus.")
        room -= len(found[name])
        if room < 0 or len(found) > MAX_FILES or len(found[name]) > max_bytes(name):
            break
    return checked_sizes(found)


def _holds(folder: Path, version: str) -> bool:
    """Return whether the folder contains this version, complete and unchanged."""
    try:
        return digest(read_folder(folder)) == version
    except (MenusRefused, OSError):
        return False


def _put(made: Path, folder: Path, version: str) -> None:
    """Move a folder to its place; another process may have done so just before."""
    with suppress(OSError):
        made.rename(folder)
        return
    if not _holds(folder, version):
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
