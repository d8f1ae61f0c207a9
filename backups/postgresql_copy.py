"""A copy of a PostgreSQL database by its own tools, pg_dump and pg_restore.

pg_dump reads the snapshot of a transaction of ours, in which the rows are counted: both see the same moment. A copy is
restored in one transaction, without the version of its schema. That comes last, together with what completes it; until
then every process of Zin refuses the database.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import asyncpg  # type: ignore[import-untyped]  # the package carries no types

from backups.database_copy import Complete
from backups.manifest import Snapshot
from backups.postgresql_tools import run_tool
from backups.refusal import BackupRefused
from backups.snapshot import VERSIONS, take_snapshot
from database.postgresql import PostgreSQL
from database.postgresql_errors import translated_errors
from database.postgresql_hosts import Session

TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
PRESENT: Final = (
    "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace ORDER BY relname LIMIT 1"
)
LEFT_OUT: Final = (f" TABLE DATA {{schema}} {VERSIONS} ", " SCHEMA - {schema} ")  # lines of pg_restore --list
TRIAL: Final = "zin_trial_"  # begins the name of a scratch database
WRITE_SECONDS: Final = 60.0
CONNECT_SECONDS: Final = 30.0  # nobody waits on the telephone for a backup, and pg_dump may keep the machine busy


class PostgreSQLCopy:
    """A DatabaseCopy of a database on a server."""

    dialect, member, is_compressed = "postgresql", "database.dump", True

    def __init__(self, url: str) -> None:
        self._url = url

    async def dump(self, into: Path) -> Snapshot:
        """Copy the tables of the schema that Zin uses."""
        async with (
            self._connected() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            shared = await connection.fetchval("SELECT pg_export_snapshot()")
            schema = await connection.fetchval("SELECT current_schema()")
            await run_tool(
                "pg_dump",
                *(self._url, "--format=custom", "--no-owner", "--no-privileges"),
                *(f"--schema={schema}", f"--snapshot={shared}", f"--file={into}"),
            )
            return await _snapshot(connection)

    async def require_empty(self) -> None:
        """Check that the schema has no table and nothing else."""
        async with self._connected() as connection:
            if present := await connection.fetchval(PRESENT):
                raise BackupRefused(
                    f"la base de ZIN_DATABASE_URL n'est pas vide ({present}) : une sauvegarde n'est restaurée que dans "
                    "une base vide. Créez-en une (createdb), et donnez son adresse."
                )

    async def load(self, dump: Path) -> Snapshot:
        """Restore all but the version of the schema, in one transaction."""
        async with self._connected() as connection:
            schema = await connection.fetchval("SELECT current_schema()")
        listed = await run_tool("pg_restore", "", "--list", str(dump))
        left_out = tuple(one.format(schema=schema) for one in LEFT_OUT)
        entries = [line for line in listed.splitlines() if not any(one in line for one in left_out)]
        chosen = dump.with_name("entries")
        chosen.write_text("\n".join(entries), encoding="utf-8")
        await run_tool(
            "pg_restore",
            *(self._url, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
            *(f"--use-list={chosen}", str(dump)),
        )
        async with self._connected() as connection:
            return await _snapshot(connection)

    async def complete(self, schema: str, complete: Complete) -> None:
        """Write the version of the schema and what is missing in one transaction, and count anew for the planner."""
        database = PostgreSQL(self._url, CONNECT_SECONDS, WRITE_SECONDS)
        try:
            async with database.exclusive_transaction() as writer:
                await writer.run(f"INSERT INTO {VERSIONS} (version_num) VALUES ('{schema}')")
                await complete(database, writer)
        finally:
            await database.close()
        async with self._connected() as connection:
            await connection.execute("ANALYZE")

    def _connected(self) -> AbstractAsyncContextManager[Any]:
        return connected(self._url)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """Open a connection for this context. Raises SourceUnavailable, and BackupRefused for a server that is silent."""
    with translated_errors():
        connection = await _connect(url)
        try:
            yield connection
        finally:
            await connection.close(timeout=CONNECT_SECONDS)


async def _connect(url: str) -> Any:
    try:
        return await asyncpg.connect(url, timeout=CONNECT_SECONDS, connection_class=Session)
    except TimeoutError:
        raise BackupRefused(
            f"connexion à PostgreSQL : pas de réponse en {CONNECT_SECONDS:g} s. Rien n'a été sauvegardé ni restauré. "
            "Voyez si la machine de ZIN_DATABASE_URL répond (pg_isready) et n'est pas surchargée, puis recommencez."
        ) from None
    except asyncpg.InvalidAuthorizationSpecificationError as refusal:
        raise BackupRefused(_not_signed_in(url, refusal.sqlstate)) from None


def _not_signed_in(url: str, state: str) -> str:
    parts = urlsplit(url)
    role, name = unquote(parts.username or ""), unquote(parts.path.strip("/"))
    line = f"PostgreSQL refuse la connexion à la base « {name} » avec le rôle « {role} » ({state})."
    if name.startswith(TRIAL):
        return (
            f"{line} --verify restaure dans une base d'essai, dont le nom commence par {TRIAL} : permettez-la à ce "
            "rôle dans pg_hba.conf, ou sauvegardez sans --verify et restaurez ailleurs."
        )
    return f"{line} Corrigez le rôle ou le mot de passe de ZIN_DATABASE_URL, ou pg_hba.conf."


async def _snapshot(connection: Any) -> Snapshot:
    async def fetch(query: str) -> Sequence[Sequence[Any]]:
        found: Sequence[Sequence[Any]] = await connection.fetch(query)
        return found

    return await take_snapshot(fetch, [row["tablename"] for row in await connection.fetch(TABLES)])
