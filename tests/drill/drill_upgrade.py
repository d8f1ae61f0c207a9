"""The commit before is upgraded to this code and comes back, under callers: part of `make drill`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.processes import ROOT
from tests.drill.installation import Installation, Stores, create_tables, installed
from tests.drill.play import play
from tests.support.postgresql import Server as PostgreSQL
from tests.support.valkey import Server as Valkey

pytestmark = pytest.mark.timeout(900)

BEFORE = os.environ.get("DRILL_BEFORE", "HEAD~1")  # the commit of the version before


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The code of the version before."""
    packed = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip(f"there is no commit {BEFORE} here")
    folder = tmp_path / "before"
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
    return folder


@pytest.fixture
async def old(tmp_path: Path, valkey: Valkey, postgres: PostgreSQL, before: Path) -> AsyncIterator[Installation]:
    async with installed(tmp_path, Stores(await postgres.new(), valkey.url), before) as site:
        yield site


async def test_upgrade(old: Installation, tmp_path: Path) -> None:
    async def upgrade() -> None:
        await create_tables(ROOT, old.deliver.settings)  # as docs/upgrading.md says: before any process is restarted
        await old.restart_in_turn()

    found = await play("upgrade", old, upgrade, proxies=tmp_path)
    assert found.lost == 0


async def test_rollback(old: Installation, before: Path) -> None:
    await create_tables(ROOT, old.deliver.settings)
    await old.restart_in_turn()

    async def go_back() -> None:
        await old.restart_in_turn(before)

    found = await play("rollback", old, go_back)
    assert found.lost == 0
