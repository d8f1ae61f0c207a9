"""Restores a backup into an empty database, and pauses the gateways.

Everything that can be wrong is found before anything is written. The messages that waited when the backup was made may
have been sent since, and so may their answers. So the transaction that opens the restored database also pauses every
gateway: nothing leaves until an operator has decided.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from accounts.audit import Audit, AuditEvent
from backups.archive import Archive, open_archive
from backups.database_copy import DatabaseCopy
from backups.databases import database_copy
from backups.folders import Outcome, restore_folders
from backups.manifest import Manifest
from backups.refusal import BackupRefused
from backups.scratch import scratch_folder
from channels.contracts.sender import GATEWAYS
from database import FILE, tables
from database.encryption import key_name
from database.interface import Database, Writer
from database.migrations import NEWEST, script
from database.secret_fingerprints import fingerprint
from settings import Secrets, Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and how each folder ended (backups/folders.py)."""

    manifest: Manifest
    folders: Mapping[str, Outcome]


async def restore_backup(settings: Settings, file: Path, by: str) -> Restored:
    """Restore a backup; by is who the audit names. Raises BackupRefused, SourceUnavailable and OSError.

    After an error the database is as empty as before, or no process accepts it.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open_archive(file) as archive, scratch_folder(settings.data / FILE) as scratch:
        database = database_copy(settings)
        _check(archive, settings.secrets, database.dialect)
        await database.require_empty()
        archive.verify()
        ended = restore_folders(archive, settings)
        await load_verified(archive, database, scratch / "database")
        schema = archive.manifest.snapshot.schema
        await database.complete(schema, partial(_complete, archive.manifest, by))
    return Restored(archive.manifest, ended)


async def load_verified(archive: Archive, database: DatabaseCopy, scratch: Path) -> None:
    """Load the copy of an archive into a database, and compare what it holds with the manifest."""
    archive.extract(database.member, scratch)
    loaded, expected = await database.load(scratch), archive.manifest.snapshot
    if (loaded.rows, loaded.keys) != (expected.rows, expected.keys):
        raise BackupRefused("ce qui a été restauré n'a pas les lignes du manifeste ; n'utilisez pas cette base.")


def _check(archive: Archive, secrets: Secrets, dialect: str) -> None:
    """Refuse a backup that these secrets, this database or this Zin cannot use."""
    manifest = archive.manifest
    if manifest.pepper != fingerprint(secrets.pepper):
        raise BackupRefused("ZIN_PEPPER n'est pas celui de la sauvegarde : donnez celui d'alors.")
    archive.authenticate(secrets.pepper)
    if missing := set(manifest.snapshot.keys) - {key_name(key) for key in secrets.rest}:
        raise BackupRefused(
            f"elle contient des textes chiffrés avec une clé absente de ZIN_REST_KEYS ({', '.join(sorted(missing))}) : "
            "ajoutez-la derrière les autres."
        )
    if manifest.snapshot.schema > NEWEST:
        raise BackupRefused(
            f"sa base est au schéma {manifest.snapshot.schema}, ce Zin connaît {NEWEST} : restaurez-la avec Zin "
            f"{manifest.zin} ou un plus récent."
        )
    if manifest.dialect != dialect:
        raise BackupRefused(
            f"c'est une base {manifest.dialect}, et ZIN_DATABASE_URL mène à une base {dialect} : ce doit être la même."
        )


async def _complete(manifest: Manifest, by: str, database: Database, writer: Writer) -> None:
    """Migrate the tables, pause every gateway, and add the restoration to the audit."""
    if manifest.snapshot.schema != NEWEST:
        await writer.run(script(database.dialect, manifest.snapshot.schema))
    now = int(time.time())
    for gateway in GATEWAYS:
        row = {"kind": "gateway", "name": gateway, "paused_by": by, "paused_at": now}
        await writer.insert_once(tables.paused, row)
    details = {"made_at": str(manifest.made_at), "zin": manifest.zin, "rows": str(sum(manifest.snapshot.rows.values()))}
    await Audit(database).add_within(writer, AuditEvent(by, "restore", manifest.snapshot.schema, details))
