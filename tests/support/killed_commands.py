"""The command line as a process that a test kills."""

from __future__ import annotations

import asyncio
import os
import sys

from tests.support.database import Registry

PASSWORD = "un mot de passe assez long"


async def start(registry: Registry, *words: str) -> asyncio.subprocess.Process:
    """Start a verb over this registry, whose operator types the password."""
    given = registry.settings
    env = os.environ | {
        "ZIN_DATA": str(given.data),
        "ZIN_DATABASE_URL": given.database_url.get_secret_value(),
    }
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", *words, env=env, stdin=pipe, stdout=pipe, stderr=pipe
    )
    assert process.stdin
    process.stdin.write(f"{PASSWORD}\n".encode())
    process.stdin.close()
    return process
