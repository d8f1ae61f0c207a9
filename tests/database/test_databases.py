"""The contract of a database, over SQLite and PostgreSQL: statements, values, errors, files and closing."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import bindparam, select, update

from database import open_database, tables
from database.interface import OpenDatabase
from database.migrations import NEWEST, migrate
from state.errors import SourceUnavailable
from tests.support.database import Registry, opened
from tests.support.source_rows import REQUEST, RESULT, SESSION, SET

PREFERENCE = {"citizen": "a" * 32, "language": "fon", "call": "", "chosen_at": 1}


async def test_database_error_quotes_no_row_or_password(registry: Registry) -> None:
    with pytest.raises(SourceUnavailable) as error:
        await registry.add(tables.requests, REQUEST, REQUEST)
    assert "AB123" not in str(error.value)
    url = "postgresql://zin:secret-password@127.0.0.1:1/zin"
    database = open_database(registry.settings.model_copy(update={"database_url": SecretStr(url)}))
    with pytest.raises(SourceUnavailable) as error:
        await database.version()
    assert "secret-password" not in str(error.value)


async def test_sqlite_error_quotes_no_invalid_text(tmp_path: Path) -> None:
    registry = opened(tmp_path)
    await migrate(registry.database)
    await registry.add(tables.requests, REQUEST)
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("UPDATE requests SET note = CAST(X'736563726574FF' AS TEXT);")  # "secret", and no UTF-8
    with pytest.raises(SourceUnavailable) as error:
        await registry.database.rows(select(tables.requests))
    assert str(error.value) == "SQLite: OperationalError"
    await registry.database.close()


async def test_statement_uses_its_values_only(registry: Registry) -> None:
    other = {**REQUEST, "reference": "AB124"}
    await registry.add(tables.requests, REQUEST, other)
    where = tables.requests.c.reference == bindparam("wanted")
    changing = update(tables.requests).where(where).values(updated=bindparam("day"), note=bindparam("said"))
    values = {"wanted": "AB123", "day": date(2026, 10, 1), "said": "'); DROP TABLE requests; --"}
    assert await registry.database.write(changing, **values) == []
    found = await registry.database.rows(select(tables.requests).order_by(tables.requests.c.reference))
    stored = [(row["reference"], str(row["updated"]), row["note"]) for row in found]
    assert stored == [("AB123", "2026-10-01", "'); DROP TABLE requests; --"), ("AB124", "2026-09-28", "")]


async def test_statement_runs_for_all_rows_or_for_none(registry: Registry) -> None:
    await registry.add(tables.requests, *({**REQUEST, "reference": f"R{number}"} for number in range(3)))
    column = tables.requests.c
    noting = (
        update(tables.requests)
        .where(column.reference == bindparam("wanted"), column.service == REQUEST["service"])
        .values(note=bindparam("said"))
        .returning(column.reference)
    )
    rows = [{"wanted": f"R{number}", "said": f"note {number}"} for number in (2, 0, 7)]
    assert [row["reference"] for row in await registry.database.write_all(noting, rows)] == ["R2", "R0"]
    with pytest.raises(SourceUnavailable):
        await registry.database.write_all(noting, [{"wanted": "R1", "said": "x"}, {"wanted": "R2", "said": None}])
    found = {row["reference"]: row["note"] for row in await registry.database.rows(select(tables.requests))}
    assert (found["R0"], found["R1"], found["R2"]) == ("note 0", REQUEST["note"], "note 2")


async def test_failed_statement_quotes_and_changes_nothing(registry: Registry) -> None:
    await registry.add(tables.requests, REQUEST)
    changing = update(tables.requests).values(service=bindparam("said"), note=bindparam("left"))
    with pytest.raises(SourceUnavailable) as error:
        await registry.database.write(changing, said=None, left="secret")
    assert "secret" not in str(error.value)
    assert [row["service"] for row in await registry.database.rows(select(tables.requests))] == [REQUEST["service"]]


async def test_concurrent_queries_get_their_own_rows(registry: Registry) -> None:
    await registry.add(tables.requests, *({**REQUEST, "reference": f"R{n}", "note": str(n)} for n in range(200)))
    asked = select(tables.requests.c.note).where(tables.requests.c.reference == bindparam("reference"))
    found = await asyncio.gather(*(registry.database.rows(asked, reference=f"R{n}") for n in range(200)))
    assert [rows[0]["note"] for rows in found] == [str(n) for n in range(200)]


async def test_deleted_session_deletes_its_results(registry: Registry) -> None:
    await registry.add(tables.exam_sessions, SESSION)
    await registry.add(tables.result_sets, SET)
    await registry.add(tables.exam_results, RESULT)
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("DELETE FROM exam_sessions;")
    assert await registry.database.rows(select(tables.exam_results)) == []


async def test_missing_database_is_unavailable_and_not_created(tmp_path: Path) -> None:
    registry = opened(tmp_path / "none")
    with pytest.raises(SourceUnavailable):
        await registry.database.rows(select(tables.requests))
    assert not (tmp_path / "none").exists()


async def test_closing_ends_abandoned_queries(bare: Registry) -> None:
    others = asyncio.all_tasks()
    asked = [asyncio.create_task(bare.database.version()) for _ in range(3)]
    await asyncio.sleep(0)
    for question in asked:
        question.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    await bare.database.close()
    assert asyncio.all_tasks() == others


async def test_closing_is_not_the_end(registry: Registry) -> None:
    database: OpenDatabase = registry.database
    for _ in range(2):
        assert await database.version() == NEWEST
        await database.close()
        await database.close()


async def test_sqlite_file_is_for_this_user_only(tmp_path: Path) -> None:
    registry = opened(tmp_path / "data")
    await migrate(registry.database)
    await registry.database.rows(select(tables.requests))
    files = [tmp_path / "data", *(tmp_path / "data").iterdir()]
    assert len(files) > 1
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []
    await registry.database.close()


async def test_write_returns_rows_and_quotes_no_value(registry: Registry) -> None:
    kept = tables.preferences.c
    await registry.database.insert_once(tables.preferences, PREFERENCE)
    changed = update(tables.preferences).values(language=bindparam("to")).returning(kept.citizen)
    assert await registry.database.write(changed, to="yo") == [{"citizen": PREFERENCE["citizen"]}]
    with pytest.raises(SourceUnavailable) as refused:
        await registry.database.write(changed, to=None)
    assert "aaaa" not in str(refused.value)
    assert [one["language"] for one in await registry.database.rows(select(tables.preferences))] == ["yo"]
