"""Publications and rollbacks that are killed inside their transaction."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.database import Registry
from tests.support.menu_versions import Bench, audited_actions, history

pytestmark = pytest.mark.kill

KILLED_WITHIN = """
import os, signal, sys
import runtime.active_menus as serving
from authoring.validation import folder_validator
from cli.main import main
from accounts.audit import Audit
from accounts.refusals import MARK
from tests.support.conversation import Market
serving.folder_validator = lambda settings, _: folder_validator(settings, Market.questions)
async def killed(*_): os.kill(os.getpid(), signal.SIGKILL)
Audit.add_within = killed
main(sys.argv[1:])
"""


@pytest.mark.parametrize("words", [["publish"], ["rollback"]])
async def test_killed_action_leaves_nothing_and_can_be_repeated(
    registry: Registry, tmp_path: Path, words: list[str]
) -> None:
    bench = Bench(registry, tmp_path / "bench")
    first = await bench.publish()
    bench.change("home.yaml", "Bienvenue", "Bonjour")
    second = await bench.publish()
    bench.change("home.yaml", "Bonjour", "Bonsoir")
    third = await bench.stage()
    before = await audited_actions(bench)
    await bench.versions.compiled.close()
    process = await _zin_killed_within(bench, *words)
    assert process < 0, "it was killed"
    assert [version for _, version, _ in await history(bench)] == [second, first]
    assert await audited_actions(bench) == before
    assert [one.version for one in await bench.versions.repository.staged()] == [third]
    await bench.versions.publish("awa", third)


async def _zin_killed_within(bench: Bench, *words: str) -> int:
    """Run a verb that is killed between what it does and the audit's entry, inside the transaction."""
    given = bench.settings
    locales = bench.folder.parent / "locales"
    shutil.copytree(given.locales, locales)
    shutil.copy("locales/country.yaml", locales)
    env = os.environ | {
        "ZIN_DATA": str(given.data),
        "ZIN_DATABASE_URL": given.database_url.get_secret_value(),
        "ZIN_LOCALES": str(locales),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED_WITHIN, "menus", *words, env=env, stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await process.communicate()
    assert process.returncode is not None
    assert not complaint, complaint
    return process.returncode
