"""Exclusive transactions, over SQLite and PostgreSQL: all or nothing, one at a time, and unseen until their end."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy import Executable, bindparam, select, update

from database import tables
from state.errors import SourceUnavailable
from tests.support.database import Registry
from tests.support.patience import PATIENCE
from tests.support.source_rows import REQUEST


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


async def test_readers_see_no_unfinished_transaction(registry: Registry) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.add(tables.requests, [REQUEST])
        async with asyncio.timeout(PATIENCE):
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
