"""The inserts of the contract, of a database and within a transaction: once per key, or over the earlier row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from database import tables
from database.interface import Inserts, Row
from state.errors import SourceUnavailable
from tests.support.database import Registry

ROW: Row = {"citizen": "a" * 32, "language": "fon", "call": "", "chosen_at": 1}
OTHER: Row = {**ROW, "language": "yo"}
CAREER = {"number": "1", "birth_date": date(1980, 1, 2), "kind": "career", "step": "s", "note": "", "sample": False}
NEEDED = (
    select(tables.careers.c.number).where(
        tables.careers.c.number == bindparam("call", type_=tables.careers.c.number.type)
    )
).subquery()


@asynccontextmanager
async def inserts(registry: Registry, kind: str) -> AsyncIterator[Inserts]:
    if kind == "database":
        yield registry.database
        return
    async with registry.database.exclusive_transaction() as writer:
        yield writer


async def stored(registry: Registry) -> list[dict[str, Any]]:
    return await registry.database.rows(select(tables.preferences))


@pytest.fixture(params=["database", "transaction"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_second_row_with_its_key_changes_nothing(registry: Registry, kind: str) -> None:
    async with inserts(registry, kind) as inserting:
        assert await inserting.insert_once(tables.preferences, ROW)
        assert not await inserting.insert_once(tables.preferences, OTHER)
    assert await stored(registry) == [ROW]


async def test_an_upsert_replaces_the_row_with_its_key(registry: Registry, kind: str) -> None:
    async with inserts(registry, kind) as inserting:
        await inserting.upsert(tables.preferences, ROW)
        await inserting.upsert(tables.preferences, OTHER)
    assert await stored(registry) == [OTHER]


async def test_row_is_stored_only_beside_its_needed_row(registry: Registry, kind: str) -> None:
    await registry.add(tables.careers, {**CAREER, "updated": date(2026, 1, 2)})
    async with inserts(registry, kind) as inserting:
        assert not await inserting.insert_once(tables.preferences, {**ROW, "call": "2"}, NEEDED)
        assert await inserting.insert_once(tables.preferences, {**ROW, "call": "1"}, NEEDED)
        assert not await inserting.insert_once(tables.preferences, {**OTHER, "call": "1"}, NEEDED)
    assert await stored(registry) == [{**ROW, "call": "1"}]


async def test_one_of_many_inserts_at_once_succeeds(registry: Registry) -> None:
    rows = [{**ROW, "chosen_at": number} for number in range(20)]
    added = await asyncio.gather(*(registry.database.insert_once(tables.preferences, row) for row in rows))
    assert added.count(True) == 1
    assert [row["chosen_at"] for row in await stored(registry)] == [added.index(True)]


async def test_a_refused_value_is_quoted_in_no_error(registry: Registry, kind: str) -> None:
    with pytest.raises(SourceUnavailable) as refused:
        async with inserts(registry, kind) as inserting:
            await inserting.insert_once(tables.preferences, {**ROW, "language": None})
    assert "aaaa" not in str(refused.value)
    assert await stored(registry) == []
