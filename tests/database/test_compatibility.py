"""A program and tables of another version: who migrates, who goes on, and who refuses with a line that says why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from database.migrations import NEWEST, migrate, prepare_tables, verify_version
from settings.environment import Environment
from state.errors import SchemaMismatch
from tests.support.database import Registry
from tests.support.migration_steps import migrate_further, number

pytestmark = pytest.mark.slow

DEMO, PRODUCTION = Environment(env="demo"), Environment(env="production")
ONE = number(1)


async def test_demonstration_migrates_by_itself(bare: Registry) -> None:
    await prepare_tables(bare.database, DEMO)
    assert await bare.database.version() == NEWEST


async def test_production_names_the_verb_for_an_empty_database(bare: Registry) -> None:
    with pytest.raises(SchemaMismatch, match=r"^the database has no tables yet: run `zin migrate` once, then"):
        await prepare_tables(bare.database, PRODUCTION)
    assert await bare.database.version() == ""
    await migrate(bare.database)
    await prepare_tables(bare.database, PRODUCTION)


async def test_production_names_the_verb_for_older_tables(bare: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr("database.migrations.NEWEST", "0019")
        await migrate(bare.database)
    with pytest.raises(SchemaMismatch, match=f"at version 0019, this Zin needs {NEWEST}: run `zin migrate`"):
        await prepare_tables(bare.database, PRODUCTION)
    assert await bare.database.version() == "0019"


@pytest.mark.parametrize("steps", [{1: NEWEST}, {1: "0001"}, {1: NEWEST, 2: NEWEST}], ids=["before", "any", "both"])
async def test_program_of_before_goes_on(registry: Registry, tmp_path: Path, steps: Mapping[int, str]) -> None:
    await migrate_further(registry.database, tmp_path, steps)
    for environment in (DEMO, PRODUCTION):
        await prepare_tables(registry.database, environment)
    await verify_version(registry.database)
    assert await registry.database.version() == number(max(steps))


@pytest.mark.parametrize(
    "steps", [{1: ONE}, {1: ""}, {1: NEWEST, 2: ONE}, {1: ONE, 2: NEWEST}, {1: NEWEST, 2: ""}],
    ids=["itself", "silent", "second", "first", "second silent"],
)  # fmt: skip
async def test_program_of_before_refuses(registry: Registry, tmp_path: Path, steps: Mapping[int, str]) -> None:
    await migrate_further(registry.database, tmp_path, steps)
    for environment in (DEMO, PRODUCTION):
        with pytest.raises(
            SchemaMismatch, match=f"at version {number(max(steps))}, with which this Zin, of version {NEWEST}"
        ):
            await prepare_tables(registry.database, environment)


async def test_compatibility_is_recorded_over_older_tables(bare: Registry, tmp_path: Path) -> None:
    """An installation that was migrated before this was recorded has no table of it."""
    await migrate(bare.database)
    async with bare.database.exclusive_transaction() as writer:
        await writer.run("DROP TABLE schema_compatibility;")
    await verify_version(bare.database)
    await migrate_further(bare.database, tmp_path, {1: NEWEST})
    await verify_version(bare.database)


async def test_table_of_communes_may_be_missing(bare: Registry) -> None:
    """An earlier form of step 0024 dropped it."""
    await migrate(bare.database)
    async with bare.database.exclusive_transaction() as writer:
        await writer.run("DROP TABLE communes;")
    await prepare_tables(bare.database, PRODUCTION)
