"""Runs pg_dump and pg_restore, found on PATH. A password is passed in the environment, where `ps` does not show it."""

from __future__ import annotations

import asyncio
import os
import shutil
from urllib.parse import unquote, urlsplit, urlunsplit

from backups.refusal import BackupRefused


async def run_tool(program: str, url: str, *options: str) -> str:
    """Run a program of PostgreSQL on this database, "" for none. Returns what it prints. Raises BackupRefused."""
    path = shutil.which(program)
    if path is None:
        raise BackupRefused(
            f"{program} n'est pas installé : installez le paquet postgresql-client, de la version du serveur ou d'une "
            "plus récente."
        )
    address, password = _without_password(url)
    process = await asyncio.create_subprocess_exec(
        *(path, *([f"--dbname={address}"] if url else []), *options),
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        printed, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise BackupRefused(f"{program} a échoué : {_first_error(errors, program)}")
    return printed.decode(errors="replace")


def _without_password(url: str) -> tuple[str, str]:
    """The address without its password, and the password."""
    parts = urlsplit(url)
    user, at, hosts = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    return urlunsplit(parts._replace(netloc=f"{name}{at}{hosts}")), unquote(password)


def _first_error(errors: bytes, program: str) -> str:
    lines = [line.removeprefix(f"{program}: ") for line in errors.decode(errors="replace").splitlines() if line]
    return next((line for line in lines if line.startswith("error:")), lines[-1] if lines else "sans raison donnée")
