"""The verb `zin report`, as an administrator types it."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analytics.counters import Figure
from analytics.people import DistinctCitizens
from cli.main import main
from database import open_database
from database.migrations import migrate
from settings import Settings
from state.store.redis import RedisSessionStore
from tests.support.patience import PATIENCE
from tests.support.usage import add

DAY = date(2026, 10, 24)


@pytest.fixture
def folder(tmp_path: Path, valkey_url: str) -> Path:
    async def fill() -> None:
        database = open_database(Settings(data=tmp_path))
        await migrate(database)
        await add(
            database,
            Figure(DAY, 8, "calls", "africastalking_ussd", 12),
            Figure(DAY, 8, "hops", "africastalking_ussd", 40),
            Figure(DAY, 8, "read", "service cip", 3),
        )
        await database.close()
        store = RedisSessionStore(valkey_url, PATIENCE)
        await DistinctCitizens(store).add([(DAY.toordinal(), "", "a"), (DAY.toordinal(), "service cip", "a")])
        await store.close()

    asyncio.run(fill())
    return tmp_path


def zin(folder: Path, *words: str, **more: str) -> Result:
    return CliRunner().invoke(main, ["report", *words], env={"ZIN_DATA": str(folder), **more})


def test_report_is_one_file_with_its_style(folder: Path, valkey_url: str) -> None:
    file = folder / "octobre.html"
    result = zin(folder, "2026-10", str(file), ZIN_REDIS_URL=valkey_url, ZIN_USSD_PRICE="3")
    assert (result.exit_code, result.stdout) == (0, f"Le résumé de octobre 2026 est dans {file}.\n"), result.output
    text = " ".join(file.read_text("utf-8").split())
    assert "<h1>Zin : octobre 2026</h1>" in text
    assert "@page { size: A4;" in text
    assert "<dd>36 F" in text
    assert "<td>3</td><td>≈ 1</td>" in text
    assert "/bureau/" not in text


@pytest.mark.parametrize("month", ["octobre", "2026-13", "1999-01"])
def test_wrong_month_is_refused_in_one_line(folder: Path, month: str) -> None:
    result = zin(folder, month, str(folder / "x.html"))
    assert result.exit_code == 2
    assert "il faut" in result.stderr
    assert not (folder / "x.html").exists()


def test_folder_that_is_missing_is_named(folder: Path) -> None:
    result = zin(folder, "2026-10", str(folder / "absent" / "x.html"), ZIN_REDIS_URL="")
    assert result.exit_code == 2
    assert f"{folder}/absent/x.html" in result.stderr
