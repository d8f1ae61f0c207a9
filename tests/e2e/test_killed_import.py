"""`zin results import` is killed at any moment: a draft is whole or absent, the record holds, the next try works."""

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
from tests.support.results_office import YEAR

pytestmark = pytest.mark.kill

ROWS, KILLS = 20_000, 5
KEPT = select(tables.exam_results.c.result_set, func.count().label("many")).group_by(tables.exam_results.c.result_set)


async def test_a_draft_is_whole_or_absent_whenever_the_import_is_killed(registry: Registry, tmp_path: Path) -> None:
    await Accounts(registry.database).add("ida", "importer", PASSWORD, "console:test")
    file = tmp_path / "cep.csv"
    rows = (f"{100000 + n};ADMIS;Centre {n % 9}\n" for n in range(ROWS))
    file.write_text("N° de table;Décision;Centre\n" + "".join(rows))
    killed, words = 0, ("results", "import", str(file), "--exam", "cep", "--year", str(YEAR), "--as", "ida")
    for _ in range(KILLS):
        process = await start(registry, *words)
        try:
            await asyncio.wait_for(process.communicate(), random.uniform(0.6, 2.2))
        except TimeoutError:
            process.kill()
            await process.wait()
            killed += 1
    process = await start(registry, *words)
    _, complaint = await process.communicate()
    assert process.returncode == 0, complaint
    assert killed
    sets = {row["id"]: row["rows"] for row in await registry.database.rows(select(tables.result_sets))}
    assert sets
    assert {row["result_set"]: row["many"] for row in await registry.database.rows(KEPT)} == sets
    assert set(sets.values()) == {ROWS}
    assert (await Audit(registry.database).verify()).fault is None
    assert sum(entry.action == "results import" for entry in await Audit(registry.database).last(50)) == len(sets)
