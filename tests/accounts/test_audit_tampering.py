"""Hands in the audit: whatever is changed, moved, put in or taken out is found, at the first entry that it touches."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from accounts import audit as audits
from accounts.audit import Audit, AuditEvent, Fault
from accounts.audit_rows import START
from database import tables
from database.migrations import migrate
from tests.support.audit_entries import ENTRIES, EVENT, audited
from tests.support.database import Registry, opened

pytestmark = pytest.mark.slow


@pytest.fixture
async def audit(registry: Registry) -> Audit:
    return await audited(registry.database)


CHANGES = [
    "at = at + 1",
    "operator = 'bio'",
    "operator = operator || ' '",
    "action = 'results withdraw'",
    "subject = 'cep-2026'",
    "details = '{}'",
    "details = replace(details, ':', ': ')",
    "details = ''",
    "hash = upper(hash)",
    "hash = ''",
    f"hash = '{START}'",
    "hash = (SELECT hash FROM audit WHERE number = 2)",
]


@pytest.mark.parametrize("number", [1, 4, ENTRIES])
@pytest.mark.parametrize("change", CHANGES)
async def test_a_column_changed_is_found_at_its_entry(
    registry: Registry, audit: Audit, change: str, number: int
) -> None:
    assert await found_after(registry, audit, f"UPDATE audit SET {change} WHERE number = {number};") == (
        number - 1,
        Fault(number, "changed"),
    )


COPY = "'awa', 'x', 'y', '{}', hash FROM audit"
OTHERS = [
    ("DELETE FROM audit WHERE number = 4;", 3, Fault(4, "missing")),
    ("DELETE FROM audit WHERE number = 1;", 0, Fault(1, "missing")),
    ("DELETE FROM audit WHERE number < 4;", 0, Fault(1, "missing")),
    ("UPDATE audit SET number = 99 WHERE number = 1;", 0, Fault(1, "missing")),
    ("UPDATE audit SET number = 99 WHERE number = 7;", 6, Fault(7, "missing")),
    ("UPDATE audit SET number = 0 WHERE number = 7;", 0, Fault(0, "changed")),
    (f"INSERT INTO audit SELECT 8, at, {COPY} WHERE number = 7;", 7, Fault(8, "changed")),
    (f"INSERT INTO audit SELECT 9, at, {COPY} WHERE number = 7;", 7, Fault(8, "missing")),
    (f"INSERT INTO audit SELECT 0, at, {COPY} WHERE number = 1;", 0, Fault(0, "changed")),
    (f"INSERT INTO audit SELECT -5, at, {COPY} WHERE number = 1;", 0, Fault(-5, "changed")),
    ("""UPDATE audit SET number = 99 WHERE number = 3;
        UPDATE audit SET number = 3 WHERE number = 5;
        UPDATE audit SET number = 5 WHERE number = 99;""", 2, Fault(3, "changed")),
    (f"""UPDATE audit SET number = number + 100 WHERE number > 3;
        UPDATE audit SET number = number - 99 WHERE number > 100;
        INSERT INTO audit SELECT 4, at, {COPY} WHERE number = 3;""", 3, Fault(4, "changed")),
    ("""DELETE FROM audit WHERE number = 4;
        UPDATE audit SET number = number + 100 WHERE number > 4;
        UPDATE audit SET number = number - 101 WHERE number > 100;""", 3, Fault(4, "changed")),
]  # fmt: skip


@pytest.mark.parametrize(("script", "whole", "fault"), OTHERS)
async def test_removed_moved_or_added_rows_are_found(
    registry: Registry, audit: Audit, script: str, whole: int, fault: Fault
) -> None:
    assert await found_after(registry, audit, script) == (whole, fault)


async def found_after(registry: Registry, audit: Audit, script: str) -> tuple[int, Fault | None]:
    """How many entries hold after somebody was at the table, and what the first fault is."""
    noted = await audit.last_hash()
    async with registry.database.exclusive_transaction() as writer:
        await writer.run(script)
    found = await audit.verify(noted)
    assert (found.known is None) == (found.entries < ENTRIES)  # what is beyond a fault is not vouched for
    return found.entries, found.fault


@pytest.mark.parametrize("table", ["one batch", "many batches"])
async def test_a_chain_is_walked_across_batches(
    audit: Audit, registry: Registry, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if table == "many batches":
        monkeypatch.setattr(audits, "BATCH", 2)
    assert (await audit.verify()).entries == ENTRIES
    assert await found_after(registry, audit, "DELETE FROM audit WHERE number = 5;") == (4, Fault(5, "missing"))


async def test_cut_end_needs_a_hash_noted_elsewhere(registry: Registry, audit: Audit) -> None:
    early, late = [(await audit.last(ENTRIES))[at].hash for at in (2, 6)]
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("DELETE FROM audit WHERE number > 5;")
    found = await audit.verify(late)
    assert (found.entries, found.fault, found.known) == (5, None, None)
    assert (await audit.verify(early)).known == 3


async def test_rewritten_chain_needs_a_hash_noted_elsewhere(registry: Registry, audit: Audit) -> None:
    noted = await audit.last_hash()
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("DELETE FROM audit;")
    for number in range(1, ENTRIES + 1):
        await audit.add(replace(EVENT, operator="bio", subject=f"bac-{number}"))
    found = await audit.verify(noted)
    assert (found.entries, found.fault, found.known) == (ENTRIES, None, None)


ODD = ["number = 'four'", "number = 4.5", "at = 'now'", "operator = X'00FF'", "details = X'00FF'", "hash = X'00'"]


@pytest.mark.parametrize("change", ODD)
async def test_sqlite_only_values_are_faults(tmp_path: Path, change: str) -> None:
    registry = opened(tmp_path)
    await migrate(registry.database)
    audit = await audited(registry.database)
    async with registry.database.exclusive_transaction() as writer:
        await writer.run(f"UPDATE audit SET {change} WHERE number = 4;")
    found = await audit.verify()
    assert (found.entries, found.fault and found.fault.number) == (3, 4)
    assert len(await audit.last(ENTRIES)) == ENTRIES
    await registry.database.close()


@pytest.mark.parametrize("details", ["[]", "null", "{", "1" * 5000, "[" * 100_000])
async def test_foreign_details_are_shown_unchanged(registry: Registry, audit: Audit, details: str) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.run(f"UPDATE audit SET details = '{details}' WHERE number = 7;")
    assert (await audit.last(1))[0].details == {"?": details}


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
events = st.builds(
    AuditEvent, texts, texts, texts, st.dictionaries(st.text(st.characters(codec="utf-8")), texts, max_size=3)
)
columns = st.sampled_from(["operator", "action", "subject", "details", "hash"])


@settings(max_examples=40)
@given(kept=st.lists(events, min_size=1, max_size=6), data=st.data())
def test_every_entry_verifies_and_every_change_is_found(
    kept: list[AuditEvent], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    number, column, text = data.draw(st.integers(1, len(kept))), data.draw(columns), data.draw(texts)

    async def tried() -> None:
        registry = opened(tmp_path_factory.mktemp("audit"))
        await migrate(registry.database)
        audit = Audit(registry.database)
        async with registry.database.exclusive_transaction() as writer:
            for event in kept:
                await audit.add_within(writer, event)
        assert (await audit.verify()).entries == len(kept)
        was = (await registry.database.rows(select(tables.audit)))[number - 1][column]
        change = tables.audit.update().where(tables.audit.c.number == number).values({column: text})
        await registry.database.write(change)
        found = await audit.verify()
        assert found.fault == (None if was == text else Fault(number, "changed"))
        await registry.database.close()

    asyncio.run(tried())
