"""Migrations: they create the declared tables, once, whatever starts at the same time."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, create_engine, select

from database import FILE, migrations, tables
from database.migrations import NEWEST, migrate
from database.tables.schema import UNUSED
from state.errors import SchemaMismatch
from tests.support.database import Registry, opened
from tests.support.database_programs import said
from tests.support.source_rows import REQUEST

pytestmark = pytest.mark.slow


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
    assert shape(migrated).keys() - shape(tables.metadata).keys() == UNUSED.keys()
    assert {name: one for name, one in shape(migrated).items() if name not in UNUSED} == shape(tables.metadata)


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
    assert len(await bare.database.rows(select(tables.careers))) == 100


async def test_database_of_a_newer_version_is_refused(registry: Registry) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("UPDATE alembic_version SET version_num = '9999';")
    with pytest.raises(SchemaMismatch, match=f"version 9999, with which this Zin, of version {NEWEST}, cannot work"):
        await migrate(registry.database)
