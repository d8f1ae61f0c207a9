"""Publications of before the order of actions are migrated: the answers are then those of the last decision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from accounts.audit import Audit, AuditEvent
from database import migrations, tables
from database.migrations import migrate
from results.published import PublishedResults, Unpublished
from tests.support.database import Registry

pytestmark = pytest.mark.slow

NOW = 2_000_000_000
SESSION = "bac-2027"
Row = Mapping[str, Any]


class Old:
    """A registry at version 0009, with sets of two seats: 1 of Borgou, 2 of Zou."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    async def make(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(migrations, "NEWEST", "0009")
        await migrate(self.registry.database)
        monkeypatch.undo()
        await self._run("INSERT INTO exam_sessions (code, exam, year, session, sample) VALUES "
                        f"('{SESSION}', 'bac', 2027, '', {'FALSE' if self.registry.server else 0});")  # fmt: skip

    async def add_set(self, number: int, why: str = "") -> None:
        """A set whose verdict is its number; why is noted of the seat of Zou only."""
        named = f"{SESSION}.{number}"
        await self._run(
            f"INSERT INTO result_sets VALUES ('{named}', '{SESSION}', '', 2, 'approved', 'ida', 1, 'paul', 1, '{{}}');"
        )
        for seat, department, reason in ((1, "Borgou", ""), (2, "Zou", why)):
            row = f"'{named}', '{seat}', '{number}', '', '', '', '{department}', '{reason}'"
            await self._run(f"INSERT INTO exam_results VALUES ({row});")

    async def published(self, number: int, at: int, department: str = "") -> None:
        named = f"{SESSION}.{number}"
        await self._run(f"INSERT INTO publications VALUES ('{SESSION}', '{department}', '{named}', {at}, NULL, NULL);")
        await self.noted("results publish", named, department)

    async def withdrawn(self, number: int, department: str = "") -> None:
        of = f" AND department = '{department}'" if department else ""
        await self._run(f"UPDATE publications SET withdrawn_at = {NOW - 1} WHERE withdrawn_at IS NULL{of};")
        await self.noted("results withdraw", f"{SESSION}.{number}", department)

    async def noted(self, action: str, named: str, department: str) -> None:
        details = {"at": "1", "why": 'dit : "department":"Zou"'} | ({"department": department} if department else {})
        await Audit(self.registry.database).add(AuditEvent("paul", action, named, details))

    async def answer(self, now: float = NOW) -> list[str]:
        """What the seats 1 and 2, and one that is in no list, get after the migration."""
        board = PublishedResults(self.registry.database, lambda: now)
        said = [await self._answer(board, seat) for seat in ("1", "2", "9")]
        await board.close()
        return said

    async def _answer(self, board: PublishedResults, seat: str) -> str:
        try:
            found = await board.find(SESSION, seat)
        except Unpublished:
            return "unpublished"
        assert found
        return (found[1].verdict or "unknown") + (f" ({found[1].why})" if found[1].why else "")

    async def _run(self, statement: str) -> None:
        async with self.registry.database.exclusive_transaction() as writer:
            await writer.run(statement)


@pytest.fixture
async def old(bare: Registry, monkeypatch: pytest.MonkeyPatch) -> Old:
    old = Old(bare)
    await old.make(monkeypatch)
    for number in (9, 10):
        await old.add_set(number, "une réclamation" if number == 10 else "")
    return old


PAST, LATER = NOW - 3600, NOW + 3600
TEN = "10 (une réclamation)"  # the answer for Zou in set 10, which corrects what 9 says of it
NOTHING = ["unpublished"] * 3
# What was done: set, hour (or "withdrawn"), department; then the answers for the seats 1, 2 and 9, now and later.
MOVED: list[tuple[list[tuple[int, Any, str]], list[str], list[str]]] = [
    ([(9, PAST, "")], ["9", "9", "unknown"], ["9", "9", "unknown"]),
    ([(9, LATER, ""), (10, PAST, "")], ["10", TEN, "unknown"], ["10", TEN, "unknown"]),
    ([(10, PAST, ""), (9, PAST, "")], ["9", "9", "unknown"], ["9", "9", "unknown"]),
    ([(9, PAST, ""), (10, LATER, "")], NOTHING, ["10", TEN, "unknown"]),
    ([(9, PAST, ""), (10, PAST, "Zou")], ["9", TEN, "unknown"], ["9", TEN, "unknown"]),
    ([(9, PAST, "Zou"), (10, PAST, "")], ["10", TEN, "unknown"], ["10", TEN, "unknown"]),
    ([(9, PAST, ""), (10, LATER, "Zou")], ["9", *NOTHING[1:]], ["9", TEN, "unknown"]),
    ([(9, PAST, "Zou")], ["unpublished", "9", "unpublished"], ["unpublished", "9", "unpublished"]),
    ([(9, PAST, "Zou"), (9, PAST, "Borgou")], ["9", "9", "unknown"], ["9", "9", "unknown"]),
    ([(9, PAST, "Zou"), (9, LATER, "Borgou")], ["unpublished", "9", "unpublished"], ["9", "9", "unknown"]),
    ([(9, PAST, "Zou"), (9, PAST, "Borgou"), (9, "withdrawn", "Zou")], ["9", *NOTHING[1:]], ["9", *NOTHING[1:]]),
    ([(9, PAST, ""), (9, "withdrawn", "")], NOTHING, NOTHING),
    ([(10, PAST, "Zou"), (9, PAST, ""), (10, "withdrawn", "Zou")], ["9", *NOTHING[1:]], ["9", *NOTHING[1:]]),
    ([], NOTHING, NOTHING),
]


@pytest.mark.parametrize(("done", "now", "later"), MOVED, ids=lambda case: re.sub(r"[^\w, ]", "", str(case))[:60])
async def test_migrated_publications_give_the_last_decision(
    old: Old, done: list[tuple[int, Any, str]], now: list[str], later: list[str]
) -> None:
    for number, hour, department in done:
        if hour == "withdrawn":
            await old.withdrawn(number, department)
        else:
            await old.published(number, hour, department)
    await migrate(old.registry.database)
    assert [await old.answer(), await old.answer(LATER)] == [now, later]


async def test_publications_outside_the_audit_come_first(old: Old) -> None:
    await old._run(f"INSERT INTO publications VALUES ('{SESSION}', '', '{SESSION}.10', {PAST + 60}, NULL, NULL);")
    await old.published(9, PAST)
    await migrate(old.registry.database)
    assert await old.answer() == ["9", "9", "unknown"]
    kept = await old.registry.database.rows(select(tables.publications))
    assert len(kept) == 6  # two sets, for two departments and all other seats
