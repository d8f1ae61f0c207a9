"""The verbs `zin outbox`, as an administrator types them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from cli.main import main
from database import open_database
from database.encryption import Seal
from database.migrations import migrate
from settings import Settings

NUMBER = "+2290190000001"
BAC = "exams.result:bac-2027"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    async def fill() -> None:
        database = open_database(Settings(data=tmp_path))
        await migrate(database)
        await Outbox(database, Seal("demo")).enqueue(Message("k1", "sms", NUMBER, "BAC : Admis(e)", topic=BAC))
        await database.close()

    asyncio.run(fill())
    return tmp_path


def zin(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["outbox", *words], env={"ZIN_DATA": str(folder)})


def test_status_counts_messages_without_numbers_or_texts(folder: Path) -> None:
    result = zin(folder, "status")
    assert result.exit_code == 0, result.output
    assert "sms : queued 1 ; le plus ancien attend depuis" in result.output
    assert f"annonce {BAC} : 0 personnes, 1 en attente, 0 partis, 0 perdus" in result.output
    assert "0001" not in result.output
    assert "Admis" not in result.output


@pytest.mark.parametrize("name", ["sms", BAC])
def test_pause_and_resume_are_audited(folder: Path, name: str) -> None:
    assert zin(folder, "pause", name).exit_code == 0
    assert "EN PAUSE" in zin(folder, "status").output
    assert zin(folder, "pause", name).output == f"« {name} » est déjà en pause.\n"
    assert zin(folder, "resume", name).exit_code == 0
    assert "EN PAUSE" not in zin(folder, "status").output
    audit = CliRunner().invoke(main, ["audit", "show"], env={"ZIN_DATA": str(folder)}).output.splitlines()
    assert [line.split("  ")[2].partition(":")[0] for line in audit] == ["console"] * 3
    paused, refused, resumed = (line.split("  ")[3:] for line in audit)
    assert [paused, resumed] == [["outbox pause", name], ["outbox resume", name]]
    assert refused[:2] == ["refused: outbox pause", name]


@pytest.mark.parametrize("words", [["pause", "smz"], ["pause", ""], ["resume", "sms"]])
def test_invalid_pause_is_refused_with_code_2(folder: Path, words: list[str]) -> None:
    result = zin(folder, *words)
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
