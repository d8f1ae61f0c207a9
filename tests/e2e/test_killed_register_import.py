"""`zin registers import` is killed at any moment: the register is as before or as after, and the next try works."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from accounts.accounts import Accounts
from accounts.audit import Audit
from database import tables
from tests.support.database import Registry

pytestmark = pytest.mark.kill

ROWS, KILLS = 20_000, 5
PASSWORD = "un mot de passe assez long"
STORED = select(tables.requests.c.status, func.count().label("many")).group_by(tables.requests.c.status)


async def start(registry: Registry, file: Path) -> asyncio.subprocess.Process:
    given = registry.settings
    url = given.database_url.get_secret_value()
    env = os.environ | {"ZIN_DATA": str(given.data), "ZIN_DATABASE_URL": url}
    words, pipe = ["registers", "import", "requests", str(file), "--by", "ida"], asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", *words, env=env, stdin=pipe, stdout=pipe, stderr=pipe
    )
    assert process.stdin
    process.stdin.write(f"{PASSWORD}\n".encode())
    process.stdin.close()
    return process


def write(file: Path, status: str) -> None:
    rows = (f"R{100000 + n};Casier;{status};28/09/2026;0001\n" for n in range(ROWS))
    file.write_text("Référence;Service;Statut;Date;Téléphone\n" + "".join(rows))


async def test_register_is_whole_whenever_an_import_is_killed(registry: Registry, tmp_path: Path) -> None:
    await Accounts(registry.database).add("ida", "importer", PASSWORD, "console:test")
    file, killed = tmp_path / "demandes.csv", 0
    for turn in range(KILLS):
        write(file, ("Reçue", "Prête")[turn % 2])
        process = await start(registry, file)
        try:
            await asyncio.wait_for(process.communicate(), random.uniform(0.8, 2.5))
        except TimeoutError:
            process.kill()
            await process.wait()
            killed += 1
        counts = [row["many"] for row in await registry.database.rows(STORED)]
        assert counts in ([], [ROWS])
    write(file, "Rejetée")
    process = await start(registry, file)
    _, complaint = await process.communicate()
    assert process.returncode == 0, complaint
    assert killed
    assert {row["status"]: row["many"] for row in await registry.database.rows(STORED)} == {"rejected": ROWS}
    assert (await Audit(registry.database).verify()).fault is None
