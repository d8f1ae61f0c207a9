"""The year of birth: files and requests of before keep their dates, and a file has a date or a year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from database import migrations, tables
from database.migrations import NEWEST, migrate
from state.errors import SourceUnavailable
from tests.support.database import Registry
from tests.support.source_rows import REQUEST

pytestmark = pytest.mark.slow

FILE = {"number": "1", "kind": "pension", "step": "s", "updated": date(2026, 1, 2), "note": "n", "sample": False}


@pytest.fixture
async def migrated(bare: Registry, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A database of version 0019 with a request and a file, migrated to the newest."""
    monkeypatch.setattr(migrations, "NEWEST", "0019")
    await migrate(bare.database)
    await bare.add(tables.requests, REQUEST)
    await bare.add(tables.careers, {**FILE, "birth_date": date(1961, 2, 3)})
    monkeypatch.undo()
    await migrate(bare.database)
    assert await bare.database.version() == NEWEST
    return bare


async def rows(registry: Registry, table: Any) -> list[tuple[str, str, Any]]:
    found = await registry.database.rows(select(table))
    return [(str(row[table.primary_key.columns.keys()[0]]), str(row["birth_date"]), row["birth_year"]) for row in found]


async def test_dates_of_before_are_unchanged(migrated: Registry) -> None:
    assert await rows(migrated, tables.requests) == [("AB123", "1990-03-05", None)]
    assert await rows(migrated, tables.careers) == [("1", "1961-02-03", None)]


async def test_file_may_have_a_year_alone(migrated: Registry) -> None:
    await migrated.add(tables.careers, {**FILE, "number": "2", "birth_year": 1961})
    assert ("2", "None", 1961) in await rows(migrated, tables.careers)


@pytest.mark.parametrize("birth", [{}, {"birth_date": date(1961, 2, 3), "birth_year": 1961}], ids=["none", "both"])
async def test_file_has_a_date_or_a_year(migrated: Registry, birth: dict[str, Any]) -> None:
    with pytest.raises(SourceUnavailable):
        await migrated.add(tables.careers, {**FILE, "number": "2", **birth})
    assert await rows(migrated, tables.careers) == [("1", "1961-02-03", None)]
