"""The audit: entries chained by hashes, stored in the transaction of their action, by any number of processes."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from accounts.audit import Audit, AuditEntry, AuditEvent, Verified
from accounts.audit_rows import START
from authoring.replay.fakes import FakeClock
from database import tables
from database.migrations import migrate
from state.errors import SourceUnavailable
from tests.support.audit_entries import ENTRIES, EVENT, audited
from tests.support.database import Registry, opened

pytestmark = pytest.mark.slow


@pytest.fixture
async def audit(registry: Registry) -> Audit:
    return await audited(registry.database)


async def test_entry_is_stored_with_number_and_time(registry: Registry) -> None:
    clock = FakeClock()
    audit = Audit(registry.database, clock)
    first = await audit.add(EVENT)
    assert first == AuditEntry(
        1, round(clock.now * 1000), "awa", "results publish", "bac-2026", EVENT.details, await audit.last_hash()
    )
    second = await audit.add(replace(EVENT, operator="console:bio", details={}))
    assert (second.number, second.details) == (2, {})
    assert await audit.last(10) == [first, second]
    assert await audit.last(1) == [second]


async def test_entry_hash_covers_the_documented_bytes(registry: Registry) -> None:
    audit = Audit(registry.database, lambda: 1_790_000_000.5)
    details = '{"hour":"14:00 « précises »","lines":"106 000"}'
    before = START
    for number in (1, 2):
        entry = await audit.add(EVENT)
        rest = (
            f'{{"action":"results publish","at":1790000000500,"details":{json.dumps(details, ensure_ascii=False)},'
            f'"number":{number},"operator":"awa","subject":"bac-2026"}}'
        )
        assert entry.hash == sha256(before.encode() + rest.encode()).hexdigest()
        before = entry.hash


async def test_an_audit_without_entries_is_whole(registry: Registry) -> None:
    audit = Audit(registry.database)
    assert (await audit.last_hash(), await audit.last(5)) == (START, [])
    assert await audit.verify() == Verified(0, START, None, None)
    assert (await audit.verify(START)).known == 0


async def test_intact_chain_locates_a_noted_hash(audit: Audit) -> None:
    entries = await audit.last(ENTRIES)
    last = entries[-1].hash
    assert await audit.verify() == Verified(ENTRIES, last, None, None)
    for entry in entries:
        assert await audit.verify(entry.hash) == Verified(ENTRIES, last, None, entry.number)
    assert (await audit.verify(START)).known == 0
    assert (await audit.verify("f" * 64)).known is None


async def test_action_and_entry_are_stored_in_one_transaction(registry: Registry, audit: Audit) -> None:
    row = {"name": "trial", "written_at": 1}
    with pytest.raises(ZeroDivisionError):
        await do_and_fail(registry, audit, row)
    assert await registry.database.rows(select(tables.heartbeats)) == []
    assert (await audit.verify()).entries == ENTRIES
    async with registry.database.exclusive_transaction() as writer:
        await writer.add(tables.heartbeats, [row])
        await audit.add_within(writer, EVENT)
        assert (await audit.add_within(writer, EVENT)).number == ENTRIES + 2
    assert len(await registry.database.rows(select(tables.heartbeats))) == 1
    assert await audit.verify() == Verified(ENTRIES + 2, await audit.last_hash(), None, None)


async def do_and_fail(registry: Registry, audit: Audit, row: dict[str, Any]) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.add(tables.heartbeats, [row])
        await audit.add_within(writer, EVENT)
        raise ZeroDivisionError


async def test_concurrent_entries_form_one_chain(registry: Registry) -> None:
    entries = await asyncio.gather(*(Audit(registry.database).add(EVENT) for _ in range(20)))
    assert sorted(entry.number for entry in entries) == list(range(1, 21))
    assert (await Audit(registry.database).verify()).fault is None


def add_in_a_process_of_its_own(folder: Path, url: str, gate: Any, name: str) -> None:
    async def add() -> None:
        registry = opened(folder, url=url)
        audit = Audit(registry.database)
        gate.wait(30)
        for _ in range(25):
            await audit.add(replace(EVENT, operator=name))
        await registry.database.close()

    asyncio.run(add())


async def test_many_processes_at_once_keep_one_chain(registry: Registry) -> None:
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(3)
    given = registry.settings.data, registry.settings.database_url.get_secret_value(), gate
    started = [context.Process(target=add_in_a_process_of_its_own, args=(*given, name)) for name in ("a1", "b2", "c3")]
    for process in started:
        process.start()
    for process in started:
        await asyncio.to_thread(process.join, 50)
    assert [process.exitcode for process in started] == [0, 0, 0]
    audit = Audit(registry.database)
    found = await audit.verify()
    assert (found.entries, found.fault) == (75, None)
    operators = [entry.operator for entry in await audit.last(75)]
    assert [operators.count(name) for name in ("a1", "b2", "c3")] == [25, 25, 25]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("operator", ""),
        ("operator", "x" * 41),
        ("action", ""),
        ("action", "x" * 41),
        ("subject", ""),
        ("subject", "é" * 121),
    ],
)
def test_unstorable_action_is_refused_at_once(field: str, text: str) -> None:
    with pytest.raises(ValueError, match=field):
        replace(EVENT, **{field: text})  # type: ignore[arg-type]


async def test_texts_as_long_as_their_columns_are_kept(registry: Registry) -> None:
    audit = Audit(registry.database)
    await audit.add(AuditEvent("é" * 40, "é" * 40, "é" * 120, {"«\n\0»": "\\\"'\u2028"}))
    assert (await audit.verify()).entries == 1
    assert (await audit.last(1))[0].details == {"«\n\0»": "\\\"'\u2028"}


async def test_missing_database_is_no_empty_audit(registry: Registry, audit: Audit) -> None:
    await registry.database.close()
    await registry.stop()
    for ask in (audit.verify, audit.last_hash, lambda: audit.last(1), lambda: audit.add(EVENT)):
        with pytest.raises(SourceUnavailable):
            await ask()
    await registry.start()
    assert (await audit.verify()).entries == ENTRIES


async def test_fifty_thousand_entries_are_walked_in_little_memory(tmp_path: Path) -> None:
    registry = opened(tmp_path)
    await migrate(registry.database)
    audit = await audited(registry.database)
    await registry.add(tables.audit, *chain(await audit.last_hash(), 50_000))
    tracemalloc.start()
    found = await audit.verify()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.entries, found.fault) == (ENTRIES + 50_000, None)
    assert peak < 5_000_000  # bytes; the rows all together take several times that
    await registry.database.close()


def chain(before: str, many: int) -> Iterator[dict[str, Any]]:
    for number in range(ENTRIES + 1, ENTRIES + 1 + many):
        row = {"number": number, "at": number, "operator": "awa", "action": "x", "subject": "y", "details": "{}"}
        before = sha256((before + json.dumps(row, sort_keys=True, separators=(",", ":"))).encode()).hexdigest()
        yield {**row, "hash": before}
