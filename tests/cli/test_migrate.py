"""`zin migrate` is a step of its own in production: nothing else migrates there, and all say so in one line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from database import FILE, open_database
from database.migrations import NEWEST
from settings import Settings
from tests.support.migration_steps import migrate_further, number
from tests.support.server_process import zin

pytestmark = pytest.mark.slow

PRODUCTION = {"ZIN_ENV": "production", "ZIN_SECRET": "s" * 22}
EMPTY = "zin: the database has no tables yet: run `zin migrate` once, then start again"
SERVERS = ("serve", "deliver")


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    return PRODUCTION | {"ZIN_DATA": str(tmp_path)}


@pytest.mark.parametrize(
    "words",
    [("serve",), ("serve", "--workers", "2"), ("deliver",), ("operators", "list"), ("outbox", "status")],
    ids=" ".join,
)
def test_production_names_the_verb_and_is_not_started_again(production: dict[str, str], words: tuple[str, ...]) -> None:
    """A server's reason is a line of its log, which is JSON in production; an operator reads plain words."""
    run = zin(*words, **production)
    (line,) = run.stderr.splitlines()
    assert (run.returncode, json.loads(line)["why"] if words[0] in SERVERS else line) == (os.EX_CONFIG, EMPTY)
    assert not (Path(production["ZIN_DATA"]) / FILE).exists()


def test_migrate_says_what_it_did(production: dict[str, str]) -> None:
    first, second = zin("migrate", **production), zin("migrate", **production)
    assert (first.returncode, first.stdout) == (0, f"migrated the tables from version none to {NEWEST}\n")
    assert (second.returncode, second.stdout) == (0, f"the tables are at version {NEWEST}, as before\n")
    assert zin("operators", "list", **production).returncode == 0


def test_demonstration_needs_no_step(tmp_path: Path) -> None:
    assert zin("operators", "list", ZIN_DATA=str(tmp_path)).returncode == 0


@pytest.mark.parametrize(("oldest", "code"), [(NEWEST, 0), (number(1), os.EX_CONFIG)], ids=["compatible", "not"])
async def test_tables_of_a_newer_program(production: dict[str, str], tmp_path: Path, oldest: str, code: int) -> None:
    zin("migrate", **production)
    database = open_database(Settings(data=tmp_path))
    await migrate_further(database, tmp_path, {1: oldest})
    await database.close()
    for words in (("operators", "list"), ("migrate",)):
        run = zin(*words, **production)
        lines = [line for line in run.stderr.splitlines() if "cannot work" in line]
        assert (run.returncode, len(lines), "Traceback" in run.stderr) == (code, int(code > 0), False)
