"""The registry's database: made by migrations, shared by processes, and the same answers over SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import multiprocessing
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Executable, MetaData, Table, bindparam, create_engine, select, update

from database import FILE, migrations, open_database, tables
from database.interface import OpenDatabase
from database.migrations import NEWEST, migrate
from state.errors import SourceUnavailable, ZinError
from tests.sources.test_exam_results import REQUEST, RESULT, SESSION, SET
from tests.support.database import Registry, opened

ROOT = Path(__file__).parents[2]
PREFERENCE = {"citizen": "a" * 32, "language": "fon", "call": "", "chosen_at": 1}


async def test_migration_creates_the_tables_once(bare: Registry) -> None:
    assert await bare.database.version() == ""
    await migrate(bare.database)
    assert await bare.database.version() == NEWEST
    await bare.add(tables.requests, REQUEST)
    await migrate(bare.database)
    assert [row["reference"] for row in await bare.database.rows(select(tables.requests))] == ["AB123"]


def test_newest_version_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]


def shape(found: MetaData) -> Mapping[str, Any]:
    def of(table: Table) -> Any:
        columns = {column.name: (str(column.type), column.nullable, column.primary_key) for column in table.columns}
        keys = {(key.parent.name, key.target_fullname, key.ondelete) for key in table.foreign_keys}
        return columns, keys, {(index.name, tuple(index.columns.keys())) for index in table.indexes}

    return {name: of(table) for name, table in found.tables.items() if name != "alembic_version"}


async def test_migrations_create_exactly_the_declared_tables(tmp_path: Path) -> None:
    registry = opened(tmp_path)
    await migrate(registry.database)
    await registry.database.close()
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    migrated = MetaData()
    with engine.connect() as connection:
        migrated.reflect(connection)
    engine.dispose()
    assert shape(migrated) == shape(tables.metadata)


async def test_finished_migration_does_not_load_alembic(registry: Registry) -> None:
    url = registry.settings.database_url.get_secret_value()
    program = f"""
        import asyncio, sys
        from settings import Settings
        from database import open_database
        from database.migrations import migrate

        async def main():
            database = open_database(Settings(data={str(registry.settings.data)!r}, database_url={url!r}))
            await migrate(database)
            print(await database.version(), "alembic" in sys.modules)
            await database.close()

        asyncio.run(main())
    """
    assert await said(program) == f"{NEWEST} False"


async def said(program: str, seconds: float = 30) -> str:
    """What a program of its own prints."""
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return ended.stdout.strip() or ended.stderr.strip()


async def test_program_ends_without_closing_its_database(registry: Registry) -> None:
    url = registry.settings.database_url.get_secret_value()
    program = f"""
        import asyncio
        from settings import Settings
        from database import open_database

        async def main():
            database = open_database(Settings(data={str(registry.settings.data)!r}, database_url={url!r}))
            print(await database.version(), flush=True)
            raise SystemExit

        asyncio.run(main())
    """
    assert (await said(program, seconds=10)).startswith(NEWEST)


def fill_in_a_process_of_its_own(folder: Path, url: str, gate: Any) -> None:
    async def fill() -> None:
        registry = opened(folder, url=url)
        gate.wait()
        await registry.fill()
        await registry.database.close()

    asyncio.run(fill())


async def test_concurrent_starts_migrate_an_empty_database_once(bare: Registry) -> None:
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(3)
    url = bare.settings.database_url.get_secret_value()
    started = [
        context.Process(target=fill_in_a_process_of_its_own, args=(bare.settings.data, url, gate)) for _ in range(3)
    ]
    for process in started:
        process.start()
    for process in started:
        await asyncio.to_thread(process.join, 50)
    assert [process.exitcode for process in started] == [0, 0, 0]
    assert await bare.database.version() == NEWEST
    assert len(await bare.database.rows(select(tables.requests))) == 300
    assert len(await bare.database.rows(select(tables.communes))) == 77


async def test_database_of_a_newer_version_is_refused(registry: Registry) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("UPDATE alembic_version SET version_num = '9999';")
    with pytest.raises(ZinError, match="version 9999, which this Zin does not know"):
        await migrate(registry.database)


async def test_a_transaction_that_fails_leaves_nothing(registry: Registry) -> None:
    with pytest.raises(ZeroDivisionError):
        await begin_and_fail(registry)
    with pytest.raises(SourceUnavailable):
        await registry.add(tables.requests, REQUEST, {**REQUEST, "service": "Passeport"})
    assert await registry.database.rows(select(tables.requests)) == []


async def begin_and_fail(registry: Registry) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.add(tables.requests, [REQUEST])
        raise ZeroDivisionError


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


async def test_failed_statement_quotes_and_changes_nothing(registry: Registry) -> None:
    await registry.add(tables.requests, REQUEST)
    changing = update(tables.requests).values(service=bindparam("said"), note=bindparam("left"))
    with pytest.raises(SourceUnavailable) as error:
        await registry.database.write(changing, said=None, left="secret")
    assert "secret" not in str(error.value)
    assert [row["service"] for row in await registry.database.rows(select(tables.requests))] == [REQUEST["service"]]


async def test_readers_see_no_unfinished_transaction(registry: Registry) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.add(tables.requests, [REQUEST])
        async with asyncio.timeout(2):
            assert await registry.database.rows(select(tables.requests)) == []
    assert len(await registry.database.rows(select(tables.requests))) == 1


async def test_two_writers_take_turns(registry: Registry) -> None:
    order: list[str] = []

    async def write(name: str) -> None:
        async with registry.database.exclusive_transaction() as writer:
            order.append(f"{name} begins")
            await writer.run("DELETE FROM careers;")
            await asyncio.sleep(0.05)
            order.append(f"{name} ends")

    await asyncio.gather(write("a"), write("b"))
    assert order in (["a begins", "a ends", "b begins", "b ends"], ["b begins", "b ends", "a begins", "a ends"])


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


async def test_transaction_sees_its_own_writes(registry: Registry) -> None:
    tagged = {**REQUEST, "note": "'); DROP TABLE requests; --"}
    asked = select(tables.requests).where(tables.requests.c.note == bindparam("said"))
    moved = update(tables.requests).values(updated=bindparam("day")).returning(tables.requests.c.reference)
    async with registry.database.exclusive_transaction() as writer:
        assert await writer.rows(asked, said=tagged["note"]) == []
        await writer.add(tables.requests, [tagged])
        assert await writer.rows(moved, day=date(2026, 10, 1)) == [{"reference": "AB123"}]
        assert [str(row["updated"]) for row in await writer.rows(asked, said=tagged["note"])] == ["2026-10-01"]
        assert await registry.database.rows(select(tables.requests)) == []
    assert len(await registry.database.rows(asked, said=tagged["note"])) == 1


async def test_failed_statement_rolls_the_transaction_back(registry: Registry) -> None:
    changed = update(tables.requests).values(service=bindparam("said"), note=bindparam("left"))
    with pytest.raises(SourceUnavailable) as error:
        await add_and_ask(registry, changed)
    assert "secret" not in str(error.value)
    assert await registry.database.rows(select(tables.requests)) == []


async def add_and_ask(registry: Registry, changed: Executable) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.add(tables.requests, [REQUEST])
        await writer.rows(changed, said=None, left="secret")
