"""Entries of the audit are found by person, action and time: over SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from accounts.audit import Audit, AuditEvent
from accounts.audit_search import AuditFilter, search_audit
from authoring.replay.fakes import FakeClock
from tests.support.database import Registry

EVENTS = [("awa", "menus publish"), ("bio", "menus publish"), ("awa", "refused: menus publish"), ("awa", "restore")]
START = 1_000_000  # Unix seconds of the first of them; each next one comes a minute later


@pytest.fixture
async def audit(registry: Registry) -> Audit:
    clock = FakeClock()
    clock.now = START
    audit = Audit(registry.database, clock)
    for operator, action in EVENTS:
        await audit.add(AuditEvent(operator, action, "subject"))
        clock.now += 60
    return audit


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (AuditFilter(), [4, 3, 2, 1]),
        (AuditFilter(operator="awa"), [4, 3, 1]),
        (AuditFilter(operator="AWA' OR 1=1 --"), []),
        (AuditFilter(actions=("menus publish", "restore")), [4, 2, 1]),
        (AuditFilter(is_refused=True), [3]),
        (AuditFilter(since=(START + 60) * 1000, until=(START + 180) * 1000), [3, 2]),
        (AuditFilter(before=3), [2, 1]),
        (AuditFilter(operator="awa", actions=("menus publish",), before=4), [1]),
    ],
    ids=repr,
)
async def test_entries_are_found_newest_first(audit: Audit, wanted: AuditFilter, numbers: list[int]) -> None:
    assert [one.number for one in await search_audit(audit, wanted, 10)] == numbers


async def test_pages_follow_each_other_without_gap(audit: Audit) -> None:
    found, before = list[int](), 0
    while page := await search_audit(audit, AuditFilter(before=before), 3):
        found += [one.number for one in page]
        before = page[-1].number
    assert found == [4, 3, 2, 1]
