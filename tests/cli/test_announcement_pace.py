"""Who publishes results learns before the hour that the announcement takes too long at the pace of SMS."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from channels.deferred.repository import DeferredRepository, NewDeferred
from cli.announcement_pace import warn_of_pace
from cli.main import main
from database import open_database
from database.encryption import Seal
from database.migrations import migrate
from results.announcer import TOPIC
from settings import Settings

PEOPLE = 5
SLOW = "5 personnes attendent cette annonce. À 0,001 SMS par seconde (ZIN_SMS_PER_SECOND), le dernier part 1 h 23"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    async def fill() -> None:
        database = open_database(Settings(data=tmp_path))
        await migrate(database)
        waiting = DeferredRepository(database, Seal("demo"))
        for number in range(PEOPLE):
            await waiting.add(NewDeferred(f"p{number}", "changes", f"c{number}", b"{}", topic=f"{TOPIC}:bac-2027"))
        await waiting.add(NewDeferred("other", "changes", "c", b"{}", topic=f"{TOPIC}:bepc-2027"))
        await database.close()

    asyncio.run(fill())
    return tmp_path


def test_only_those_who_wait_for_this_session_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warn_of_pace(Settings(data=folder, sms_per_second=0.001), "bac-2027")
    assert capsys.readouterr().err.startswith(SLOW)
    warn_of_pace(Settings(data=folder, sms_per_second=0.001), "bepc-2027")
    warn_of_pace(Settings(data=folder), "bac-2027")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("words", [("results", "status", "bac-2027"), ("outbox", "status")])
def test_status_says_it_too(folder: Path, words: tuple[str, ...]) -> None:
    slow = {"ZIN_DATA": str(folder), "ZIN_SMS_PER_SECOND": "0.001"}
    assert SLOW in CliRunner().invoke(main, words, env=slow).output
    assert SLOW not in CliRunner().invoke(main, words, env={"ZIN_DATA": str(folder)}).output


def test_publishing_says_it_before_the_hour_is_given(folder: Path) -> None:
    slow = {"ZIN_DATA": str(folder), "ZIN_SMS_PER_SECOND": "0.001"}
    words = ("results", "publish", "bac-2027.1", "--at", "2030-07-09 18:00", "--as", "paul")
    found = CliRunner().invoke(main, words, env=slow, input="un mot de passe\n")
    assert SLOW in found.output
    assert found.exit_code == 2  # there is no such account
