"""The database of the settings as a DatabaseCopy, and a scratch one of the same kind to try a backup in."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from backups.database_copy import DatabaseCopy
from backups.refusal import BackupRefused
from database import FILE
from settings import Settings

POOLED = (
    "ZIN_DATABASE_POOLED : pg_dump et pg_restore ne passent pas par un pooler. Donnez pour cette commande l'adresse de "
    "PostgreSQL lui-même : ZIN_DATABASE_POOLED=false ZIN_DATABASE_URL=postgresql://…"
)

NO_DATABASE = (
    "--verify crée une base d'essai sur le serveur, et le rôle de ZIN_DATABASE_URL n'en a pas le droit : "
    "ALTER ROLE … CREATEDB, ou restaurez ailleurs pour vérifier."
)
MAY_CREATE = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"


def database_copy(settings: Settings) -> DatabaseCopy:
    """The database of the settings. Raises BackupRefused for a pooler."""
    url = settings.database_url.get_secret_value()
    if not url:
        from backups.sqlite_copy import SQLiteCopy

        return SQLiteCopy(settings.data / FILE)
    if settings.database_pooled:
        raise BackupRefused(POOLED)
    from backups.postgresql_copy import PostgreSQLCopy

    return PostgreSQLCopy(url)


@asynccontextmanager
async def scratch_copy(settings: Settings, scratch: Path) -> AsyncIterator[DatabaseCopy]:
    """An empty database of the same kind: a file in the scratch folder, or a database on the same server.

    It is removed at the end. Raises BackupRefused if it cannot be made.
    """
    url = settings.database_url.get_secret_value()
    if not url:
        from backups.sqlite_copy import SQLiteCopy

        yield SQLiteCopy(scratch / "trial.sqlite")
        return
    from backups.postgresql_copy import TRIAL, PostgreSQLCopy, connected

    name = f"{TRIAL}{secrets.token_hex(6)}"
    async with connected(url) as connection:
        if not await connection.fetchval(MAY_CREATE):
            raise BackupRefused(NO_DATABASE)
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield PostgreSQLCopy(urlunsplit(urlsplit(url)._replace(path=f"/{name}")))
        finally:
            await connection.execute(f"DROP DATABASE {name}")
