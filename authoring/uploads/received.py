"""Reads files of menus that somebody sends: the zip of a version, or one file. Nothing is written to disk.

    bytes -> limits of the archive -> paths as in a version -> only translations and .yaml of known folders -> files

A zip that was downloaded here names in MANIFEST what its files were, so that a file that the sender left as it was
overwrites nothing that others changed meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final
from zipfile import ZipFile

from authoring.drafts.repository import MAX_PATH_CHARACTERS
from authoring.drafts.working_copy import content_digest
from authoring.versions.archive import DAMAGE, LOCALES, MAX_FILES, MAX_TOTAL_BYTES, Files, is_allowed_path, max_bytes
from authoring.versions.archive import zip_files as zip_of
from authoring.versions.errors import MenusRefused
from catalog.entries import KINDS
from spreadsheets.zip_limits import START, ArchiveRefused, Bounds, inspect
from state.text.po_files import SUFFIX

MAX_BYTES: Final = 10_000_000  # bytes of what is sent
BOUNDS: Final = Bounds(MAX_FILES, MAX_TOTAL_BYTES, 100)
MENUS: Final = "menus"  # the folder of menus where a zip was made of a whole installation
MANIFEST: Final = "ZIN-VERSION.txt"
EXPLAINED: Final = "Ne changez pas ce fichier : au retour, Zin y lit ce que vous aviez reçu."
WRITTEN: Final = (".yaml", SUFFIX)
ONLY: Final = "seuls des fichiers .yaml et .po s'apportent au bureau"
_JUNK: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})  # what systems add to a folder
_COPY: Final = re.compile(r" ?\(\d+\)(?=\.\w+$)")  # a browser that downloads a file again names it « cip (1).yaml »
_GIVEN: Final = re.compile(r"([0-9a-f]{20}) (\S.*)")
_MARK: Final = b"\xef\xbb\xbf"  # which editors of Windows write before a text


@dataclass(frozen=True, slots=True)
class Received:
    """Files that came, by path. given are digests of them as they were downloaded, of a zip from here only."""

    name: str
    files: Files = field(repr=False)
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_whole: bool = False  # a zip, so that a file that is missing may be one that somebody removed


def zip_to_send(files: Files) -> bytes:
    """Return the zip of these files, with the manifest of them."""
    lines = [EXPLAINED, *(f"{content_digest(content)} {path}" for path, content in sorted(files.items()))]
    return zip_of({**files, MANIFEST: "\r\n".join([*lines, ""]).encode()})


def read_received(raw: bytes, name: str, known: Files, folder: str = "") -> Received:
    """Return what was sent; known are the files of the draft, folder where one new file goes. Raises MenusRefused."""
    if len(raw) > MAX_BYTES:
        raise MenusRefused(f"Ce fichier est trop grand : {MAX_BYTES} octets au plus.")
    if not raw.startswith(START):
        path = _path_of(_COPY.sub("", name), known, folder)
        _check(path, raw, known)
        return Received(name, {path: _plain(raw)})
    found = _unpacked(raw)
    given = dict(_manifest(found.pop(MANIFEST, b"")))
    for path, content in found.items():
        _check(path, content, known)
    files = {path: _plain(content) for path, content in sorted(found.items()) if path.endswith(WRITTEN)}
    if not files:
        raise MenusRefused(f"Il n'y a rien à prendre dans ce fichier : {ONLY}.")
    return Received(name, files, given, is_whole=True)


def folders_of(known: Files) -> list[str]:
    """Return the folders in which a file may be, "" for that of the journeys."""
    there = {_folder(path) for path in known}
    return sorted({"", LOCALES, *(kind.folder for kind in KINDS), *there})


def _unpacked(raw: bytes) -> dict[str, bytes]:
    try:
        with inspect(raw, BOUNDS) as archive:
            return dict(_members(archive))
    except ArchiveRefused as refused:
        raise MenusRefused(f"Ce fichier zip n'est pas pris : {refused}.") from refused
    except DAMAGE as error:
        raise MenusRefused("Ce fichier zip n'est pas pris : il est abîmé ou incomplet.") from error


def _members(archive: ZipFile) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an archive by their path in a version."""
    names = [one.filename for one in archive.infolist() if not one.is_dir() and not _is_junk(one.filename)]
    paths = _paths(names)
    if len(set(paths)) < len(paths):
        raise MenusRefused("Ce fichier zip n'est pas pris : deux de ses fichiers iraient à la même place.")
    for name, path in zip(names, paths, strict=True):
        yield path, archive.read(name)


def _is_junk(name: str) -> bool:
    """Whether a file is one that systems add. Raises MenusRefused for one that would lie outside the folder."""
    parts = PurePosixPath(name).parts
    if ".." in parts or name.startswith("/") or "\\" in name or ":" in name:
        raise MenusRefused(f"« {name[:MAX_PATH_CHARACTERS]} » : ce fichier irait hors du dossier des menus.")
    return any(part in _JUNK or part.startswith(".") for part in parts)


def _paths(names: list[str]) -> list[str]:
    """Return names without the folder that holds them all, and without that of the menus."""
    first = {name.partition("/")[0] if "/" in name else "" for name in names}
    ours = {LOCALES, *(kind.folder for kind in KINDS)}
    if len(first) == 1 and not first & {"", *ours}:
        return _paths([name.partition("/")[2] for name in names])
    return [name.removeprefix(f"{MENUS}/") for name in names]


def _manifest(raw: bytes) -> Iterator[tuple[str, str]]:
    for line in raw.decode("utf-8", "replace").splitlines():
        if found := _GIVEN.fullmatch(line):
            yield found[2], found[1]


def _path_of(name: str, known: Files, folder: str) -> str:
    """Return where one file goes: to the folder that was chosen, else where a file of its name is."""
    if folder:
        return name if folder == MENUS else f"{folder}/{name}"
    found = [path for path in known if PurePosixPath(path).name == name]
    if len(found) == 1:
        return found[0]
    why = "plusieurs fichiers ont ce nom" if found else "aucun fichier n'a ce nom"
    raise MenusRefused(f"« {name[:MAX_PATH_CHARACTERS]} » : {why}. Choisissez le dossier où il va.")


def _check(path: str, content: bytes, known: Files) -> None:
    """Refuse a file of another kind or folder, unless it is one of the version that nobody changed."""
    if known.get(path) == content:
        return
    shown = path[:MAX_PATH_CHARACTERS]
    if not path.endswith(WRITTEN):
        raise MenusRefused(f"« {shown} » : {ONLY}.")
    if not is_allowed_path(path) or len(path) > MAX_PATH_CHARACTERS or not _is_placed(path, folders_of(known)):
        raise MenusRefused(f"« {shown} » : ce n'est pas un fichier d'un dossier des menus.")
    if len(content) > max_bytes(path):
        raise MenusRefused(f"{shown} est trop grand : {max_bytes(path)} octets au plus.")


def _is_placed(path: str, folders: Collection[str]) -> bool:
    return _folder(path) in folders and (_folder(path) == LOCALES or not path.endswith(SUFFIX))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _plain(content: bytes) -> bytes:
    """Return a text without what editors of Windows add: a mark before it, and two signs at the end of a line."""
    return content.removeprefix(_MARK).replace(b"\r\n", b"\n")


def one_line(names: Iterable[str], most: int = 5) -> str:
    """Return names for one line, the first of them."""
    several = list(names)
    return ", ".join(several[:most]) + (f" et {len(several) - most} de plus" if len(several) > most else "")
