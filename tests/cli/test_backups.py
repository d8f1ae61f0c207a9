"""The verbs `zin backup`, `zin restore` and `zin tidy`, as an administrator types them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.main import main
from runtime.retention import RULES
from tests.support.command_line import Zin

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_backup_and_restore_print_what_they_did(zin: Zin, tmp_path: Path) -> None:
    file = tmp_path / "one.zin"
    made = await zin(main, "backup", str(file), "--verify")
    assert made.exit_code == 0, made.output
    assert "restaurée dans une base d'essai et comparée." in made.stdout
    assert re.search(r"ZIN_PEPPER \([0-9a-f]{32}\)", made.stdout)
    again = await zin(main, "backup", str(file))
    assert (again.exit_code, again.stderr.count("\n")) == (2, 1)
    refused = await zin(main, "restore", str(file))
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    (tmp_path / "database.sqlite").rename(tmp_path / "lost.sqlite")
    restored = await zin(main, "restore", str(file))
    assert restored.exit_code == 0, restored.output
    assert "Dossier menus : inchangé." in restored.stdout
    assert "sms, whatsapp et telegram sont en pause" in restored.stdout
    assert (await zin(main, "outbox", "status")).stdout.count("EN PAUSE") == 3


async def test_tidy_prints_a_line_for_each_rule(zin: Zin) -> None:
    counted = await zin(main, "tidy", "--dry-run")
    assert counted.exit_code == 0, counted.output
    assert [line.partition(" :")[0] for line in counted.stdout.splitlines()] == [rule.table.name for rule in RULES]
    assert "outbox : 0 lignes à supprimer, après 30 jours" in counted.stdout
    assert "outbox : 0 lignes supprimées, après 30 jours" in (await zin(main, "tidy")).stdout


async def test_cancel_needs_a_pause_first(zin: Zin) -> None:
    refused = await zin(main, "outbox", "cancel", "sms")
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    await zin(main, "outbox", "pause", "sms")
    cancelled = await zin(main, "outbox", "cancel", "sms")
    assert cancelled.stdout == "Annulés : 0 messages de « sms », qui reste en pause.\n"
    assert "outbox cancel" in (await zin(main, "audit", "show")).stdout
