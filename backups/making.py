"""Makes a backup: a consistent copy of the database, the folders that it needs, and the manifest."""

from __future__ import annotations

import asyncio
import time
from importlib import metadata
from pathlib import Path

from backups.archive import NewArchive, open_archive
from backups.databases import database_copy, scratch_copy
from backups.folders import add_folders
from backups.manifest import FORMAT, Manifest, Snapshot
from backups.refusal import BackupRefused
from backups.restoring import load_verified
from backups.scratch import scratch_folder, store_durably
from database.secret_fingerprints import fingerprint
from settings import Settings


async def make_backup(settings: Settings, file: Path, *, verify: bool) -> Manifest:
    """Write a backup into a new file, which gets its name when all of it is there, read again and compared.

    verify also restores it into a scratch database. Raises BackupRefused, SourceUnavailable and OSError; then no file
    has the name.
    """
    _require_new(file)
    with scratch_folder(file) as scratch:
        written = scratch / "archive"
        manifest = await _write(settings, scratch, written)
        with open_archive(written) as archive:
            archive.verify()
            if verify:
                async with scratch_copy(settings, scratch) as trial:
                    await load_verified(archive, trial, scratch / "trial")
        store_durably(written, file)
    return manifest


def _require_new(file: Path) -> None:
    if file.exists():
        raise BackupRefused(f"{file} existe déjà : une sauvegarde n'en remplace pas une autre ; donnez un autre nom.")


async def _write(settings: Settings, scratch: Path, written: Path) -> Manifest:
    copied, database = scratch / "database", database_copy(settings)
    snapshot = await database.dump(copied)
    if not snapshot.schema:
        raise BackupRefused("la base n'a pas encore de tables : il n'y a rien à sauvegarder.")
    archive = NewArchive(written)
    archive.add(database.member, copied, compress=not database.is_compressed)
    await asyncio.to_thread(copied.unlink)  # its place on the disk is needed
    add_folders(archive, settings)
    manifest = _manifest(settings, database.dialect, snapshot, archive)
    archive.close(manifest, settings.secrets.pepper)
    return manifest


def _manifest(settings: Settings, dialect: str, snapshot: Snapshot, archive: NewArchive) -> Manifest:
    return Manifest(
        format=FORMAT,
        zin=metadata.version("zin"),
        made_at=int(time.time()),
        dialect=dialect,
        pepper=fingerprint(settings.secrets.pepper),
        snapshot=snapshot,
        members=archive.members,
    )
