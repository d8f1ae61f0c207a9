"""`zin registers import` is killed at any moment: the register is as before or as after, and the next try works."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from sqlalchemy import func, select

from accounts.accounts import Accounts
from accounts.audit import Audit
from database import tables
from tests.support.database import Registry
from tests.support.killed_commands import PASSWORD, start

pytestmark = pytest.mark.kill

ROWS, KILLS = 20_000, 5
STORED = select(tables.requests.c.status, func.count().label("many")).group_by(tables.requests.c.status)


def write(file: Path, status: str) -> None:
    rows = (f"R{100000 + n};Casier;{status};28/09/2026;0001\n" for n in range(ROWS))
    file.write_text("Référence;Service;Statut;Date;Téléphone\n" + "".join(rows))


async def test_register_is_whole_whenever_an_import_is_killed(registry: Registry, tmp_path: Path) -> None:
    await Accounts(registry.database).add("ida", "importer", PASSWORD, "console:test")
    file, killed = tmp_path / "demandes.csv", 0
    words = ("registers", "import", "requests", str(file), "--by", "ida")
    for turn in range(KILLS):
        write(file, ("Reçue", "Prête")[turn % 2])
        process = await start(registry, *words)
        try:
            await asyncio.wait_for(process.communicate(), random.uniform(0.8, 2.5))
        except TimeoutError:
            process.kill()
            await process.wait()
            killed += 1
        counts = [row["many"] for row in await registry.database.rows(STORED)]
        assert counts in ([], [ROWS])
    write(file, "Rejetée")
    process = await start(registry, *words)
    _, complaint = await process.communicate()
    assert process.returncode == 0, complaint
    assert killed
    assert {row["status"]: row["many"] for row in await registry.database.rows(STORED)} == {"rejected": ROWS}
    assert (await Audit(registry.database).verify()).fault is None
