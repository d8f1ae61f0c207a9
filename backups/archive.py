"""The archive of a backup: a ZIP file whose members are listed with their digests in a manifest.

Its index stands at the end, so a file that was cut short does not open. Every member is compared with its digest before
anything is restored.
"""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from backups.manifest import Manifest, Member, authentication, parse_manifest
from backups.refusal import BackupRefused

MANIFEST: Final = "manifest.json"
PROOF: Final = "manifest.hmac"
CHUNK: Final = 1 << 20  # bytes read at once
MAX_MANIFEST: Final = 1 << 20  # bytes
MODE: Final = 0o600  # of the archive, and of what is unpacked
CHANGED: Final = "elle est abîmée ou a été changée"
ANOTHER: Final = "prenez une autre sauvegarde."


class NewArchive:
    """An archive that is being written to a new file, readable for this user only."""

    def __init__(self, file: Path) -> None:
        file.touch(mode=MODE, exist_ok=False)
        self._zip, self.members = ZipFile(file, "w", allowZip64=True), dict[str, Member]()

    def add(self, name: str, source: Path, *, compress: bool = True) -> None:
        """Add a file."""
        digest, size, info = sha256(), 0, ZipInfo(name)
        info.compress_type, info.external_attr = ZIP_DEFLATED if compress else ZIP_STORED, MODE << 16
        with source.open("rb") as read, self._zip.open(info, "w", force_zip64=True) as written:
            while chunk := read.read(CHUNK):
                digest.update(chunk)
                size += written.write(chunk)
        self.members[name] = Member(digest.hexdigest(), size)

    def close(self, manifest: Manifest, pepper: str) -> None:
        """Add the manifest, and end the archive."""
        stored = manifest.to_json()
        for name, text in ((MANIFEST, stored), (PROOF, authentication(stored, pepper).encode())):
            info = ZipInfo(name)
            info.external_attr = MODE << 16
            self._zip.writestr(info, text)
        self._zip.close()


class Archive:
    """A finished archive. Every method raises BackupRefused."""

    def __init__(self, opened: ZipFile) -> None:
        self._zip = opened
        self._stored, self._proof = self._read(MANIFEST), self._read(PROOF)
        self.manifest = parse_manifest(self._stored)

    def authenticate(self, pepper: str) -> None:
        """Check that the manifest was written with this pepper, and lists all that is in the archive."""
        if not hmac.compare_digest(self._proof, authentication(self._stored, pepper).encode()):
            raise BackupRefused(f"{CHANGED} (son manifeste) : {ANOTHER}")
        if set(self._zip.namelist()) != {*self.manifest.members, MANIFEST, PROOF}:
            raise BackupRefused(f"{CHANGED} (la liste de ses fichiers) : {ANOTHER}")

    def verify(self) -> None:
        """Compare every member with its digest."""
        for name in self.manifest.members:
            self.extract(name, None)

    def extract(self, name: str, to: Path | None) -> None:
        """Write a member to a new file, or nowhere, and compare it with its digest."""
        digest, listed = sha256(), self.manifest.members[name]
        with self._zip.open(name) as read, _written(to) as write:
            while chunk := read.read(CHUNK):
                digest.update(chunk)
                write.write(chunk)
        if digest.hexdigest() != listed.sha256:
            raise BackupRefused(f"{CHANGED} ({name}) : {ANOTHER}")

    def has_bytes_of(self, name: str, file: Path) -> bool:
        """Whether a member equals a file outside of the archive."""
        listed = self.manifest.members[name]
        if file.stat().st_size != listed.size:
            return False
        with file.open("rb") as read:
            return file_digest(read, "sha256").hexdigest() == listed.sha256

    def below(self, folder: str) -> list[str]:
        """The members below a folder of the archive."""
        return [name for name in self.manifest.members if PurePosixPath(name).parts[0] == folder]

    def _read(self, name: str) -> bytes:
        if name not in self._zip.namelist():
            raise BackupRefused(f"ce n'est pas une sauvegarde de Zin : {ANOTHER}")
        with self._zip.open(name) as member:
            return member.read(MAX_MANIFEST)


class _Nowhere:
    def write(self, chunk: bytes) -> int:
        return len(chunk)


@contextmanager
def _written(to: Path | None) -> Iterator[IO[bytes] | _Nowhere]:
    if to is None:
        yield _Nowhere()
        return
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    to.touch(mode=MODE, exist_ok=False)
    with to.open("wb") as file:
        yield file


@contextmanager
def open_archive(file: Path) -> Iterator[Archive]:
    """Open a backup. In this context, what is wrong with it raises BackupRefused, whose text begins with its name."""
    try:
        with ZipFile(file) as opened:
            yield Archive(opened)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise BackupRefused(
            f"{file.name} : ce n'est pas une sauvegarde de Zin, ou elle est coupée ou abîmée : {ANOTHER}"
        ) from None
    except BackupRefused as wrong:
        raise BackupRefused(f"{file.name} : {wrong}") from None
