"""What is past its time is deleted in batches, by the rules that docs/keeping.md lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select
from structlog.testing import capture_logs

from channels.outbox.queries import EARLY_REPORTS
from database import tables
from database.interface import Row
from database.retention import BATCH, DAY, remove_past
from runtime.retention import RULES, tidy, tidy_once
from tests.support.database import Registry

PAGE = Path(__file__).parents[2] / "docs" / "keeping.md"
NOW = 1_796_000_000.0
MESSAGE = {"key_id": "k", "ministry": "m", "mode": "live", "digest": "d", "template": "t", "purpose": "p"}
MESSAGE |= {"recipients": 1, "parts": 1, "created_at": 0, "send_at": 0}  # type: ignore[dict-item]
SENT = {"gateway": "sms", "address": "a", "text": "", "waited_for": False, "state": "sent", "tries": 1, "due_at": 0}
SENT |= {"expires_at": 0, "posted_at": 0, "reference": "", "why": ""}
RECIPIENT = {"sealed": "", "state": "posted", "why": "", "tries": 1, "due_at": 0}
DEFERRED = {"kind": "answer", "citizen": "c", "sealed": "", "seen": "", "tries": 1, "due_at": 0}
PART = {"message": "m", "gateway": "g", "citizen": "c", "sealed": ""}
VERSION = {"files": b"", "staged_by": "a"}
NOTIFICATION = {"name": "a", "content": "{}", "state": "failed", "tries": 1, "due_at": 0, "why": "login"}


def days_ago(days: int) -> int:
    return round((NOW - days * DAY) * 1000)


def rows(days: int, number: int) -> list[tuple[Table, Row]]:
    """A row of each table, whose time was so many days ago."""
    at = days_ago(days)
    return [
        (tables.outbox, {**SENT, "key": f"o{number}", "sent_at": at}),
        (
            tables.early_reports,
            {"gateway": "sms", "reference": f"{number}", "state": "x", "why": "", "reported_at": at},
        ),
        (tables.message_parts, {**PART, "key": f"s{number}", "until": at}),
        (tables.promises, {**DEFERRED, "key": f"p{number}", "expires_at": at}),
        (tables.preferences, {"citizen": f"{number}", "language": "fr", "call": "", "chosen_at": at // 1000}),
        (tables.menu_versions, {**VERSION, "version": f"v{number}", "staged_at": at // 1000}),
        (
            tables.translation_remarks,
            {"language": "fon", "text": f"{number}", "number": 1, "said_by": "a", "said_at": at // 1000, "remark": "x"},
        ),
        (tables.notifications, {**NOTIFICATION, "key": f"n{number}", "expires_at": at}),
        (tables.ministry_messages, {**MESSAGE, "id": f"m{number}", "reference": f"{number}", "expires_at": at}),
        (tables.ministry_recipients, {**RECIPIENT, "key": f"r{number}", "message": f"m{number}"}),
        (tables.ministry_parts, {"key_id": f"{number}", "day": 20250101 if days > 400 else 20261101, "parts": 1}),
    ]


async def fill(registry: Registry) -> None:
    for number, days in enumerate((0, 800)):
        for table, row in rows(days, number):
            await registry.add(table, row)


async def left(registry: Registry) -> dict[str, int]:
    return {rule.table.name: len(await registry.database.rows(select(rule.table))) for rule in RULES}


async def test_each_rule_removes_the_past_row_alone(registry: Registry) -> None:
    await fill(registry)
    with capture_logs() as logs:
        await tidy_once(registry.database, lambda: NOW)
    assert await left(registry) == {rule.table.name: 1 for rule in RULES}
    assert sorted(one["table"] for one in logs) == sorted(rule.table.name for rule in RULES)
    assert {one["rows"] for one in logs} == {1}


async def test_dry_run_counts_and_removes_nothing(registry: Registry) -> None:
    await fill(registry)
    counted = {done.rule.table.name: done.rows async for done in tidy(registry.database, NOW, dry=True)}
    assert counted == {rule.table.name: 1 for rule in RULES}
    assert set((await left(registry)).values()) == {2}


async def test_many_rows_are_removed_in_batches(registry: Registry) -> None:
    many = BATCH * 2 + 7
    row: dict[str, Any] = {"gateway": "sms", "state": "x", "why": "", "reported_at": days_ago(2)}
    await registry.add(tables.early_reports, *({**row, "reference": f"{number}"} for number in range(many)))
    assert await remove_past(registry.database, EARLY_REPORTS, NOW) == many


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.table.name)
def test_page_lists_each_rule_with_its_days(rule: Any) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert re.search(rf"^\| `{rule.table.name}` \| [^|]+ \| {rule.days} \|$", page, flags=re.MULTILINE)
