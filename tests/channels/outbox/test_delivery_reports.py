"""Delivery reports: each ends its message once, whenever it arrives."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from channels.contracts.sender import Reported
from channels.outbox import queries
from channels.outbox.queries import EARLY_REPORTS
from database import tables
from database.retention import DAY, remove_past
from tests.support.outbox_setup import Post, message, one


async def test_first_report_ends_the_message(post: Post) -> None:
    await post.outbox.enqueue(message())
    await post.outbox.sent(await one(post), "ATXid_1")
    assert await post.outbox.record_report("sms", "ATXid_1", "delivered")
    assert not await post.outbox.record_report("sms", "ATXid_1", "failed", "Expired")
    assert not await post.outbox.record_report("sms", "ATXid_1", "delivered")
    assert await post.state() == "delivered"


async def test_message_that_arrived_is_delivered_in_any_order(post: Post) -> None:
    await post.outbox.enqueue(message())
    await post.outbox.sent(await one(post), "ATXid_1")
    assert await post.outbox.record_report("sms", "ATXid_1", "failed", "AbsentSubscriber")
    assert await post.outbox.record_report("sms", "ATXid_1", "delivered")
    assert not await post.outbox.record_report("sms", "ATXid_1", "failed", "Expired")
    (row,) = await post.registry.database.rows(select(tables.outbox))
    assert (row["state"], row["why"]) == ("delivered", "")


async def test_message_that_never_left_is_not_delivered_by_a_report(post: Post) -> None:
    await post.outbox.enqueue(message())
    await post.outbox.failed(await one(post), "InvalidPhoneNumber")
    assert not await post.outbox.record_report("sms", "ATXid_1", "delivered")
    assert await post.state() == "failed"


@pytest.mark.parametrize("order", [("failed", "delivered"), ("delivered", "failed")])
async def test_early_reports_agree_in_any_order(post: Post, order: tuple[Reported, Reported]) -> None:
    await post.outbox.enqueue(message())
    claimed = await one(post)
    for state in order:
        await post.outbox.record_report("sms", "ATXid_1", state)
    await post.outbox.sent(claimed, "ATXid_1")
    assert await post.state() == "delivered"


async def test_report_matches_an_unkeyed_reference(post: Post) -> None:
    await post.outbox.enqueue(message())
    await post.outbox.sent(await one(post), "ATXid_1")
    assert await post.outbox.record_report("sms", "keyed", "delivered", own="ATXid_1")
    assert not await post.outbox.record_report("sms", "keyed", "delivered", own="ATXid_1")
    assert await post.registry.database.rows(select(tables.early_reports)) == []


async def test_reason_of_a_report_loses_phone_numbers(post: Post) -> None:
    await post.outbox.enqueue(message())
    await post.outbox.reschedule(await one(post), "no route to +229 01 90 00 00 01", 1.0)
    (row,) = await post.registry.database.rows(select(tables.outbox))
    assert row["why"] == "no route to +…"


async def test_early_report_is_not_lost(post: Post) -> None:
    await post.outbox.enqueue(message())
    claimed = await one(post)
    assert not await post.outbox.record_report("sms", "ATXid_1", "failed", "UserInBlackList")
    assert await post.state() == "sending"
    assert await post.outbox.sent(claimed, "ATXid_1")
    (row,) = await post.registry.database.rows(select(tables.outbox))
    assert (row["state"], row["why"]) == ("failed", "UserInBlackList")


async def test_report_is_not_lost_beside_the_answer(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to the send is stored after the report found no message, and before it looks whether one is known."""
    await post.outbox.enqueue(message())
    claimed, database = await one(post), post.registry.database
    write = database.write

    async def accepted_after(statement: Any, **values: object) -> list[dict[str, Any]]:
        found = await write(statement, **values)
        if statement is queries.END:
            monkeypatch.undo()
            assert await post.outbox.sent(claimed, "ATXid_1")
        return found

    monkeypatch.setattr(database, "write", accepted_after)
    assert await post.outbox.record_report("sms", "ATXid_1", "delivered")
    assert await post.state() == "delivered"


async def test_foreign_report_ends_no_message(post: Post) -> None:
    await post.outbox.enqueue(message())
    await post.outbox.sent(await one(post), "1")
    assert not await post.outbox.record_report("whatsapp", "1", "delivered")
    assert not await post.outbox.record_report("sms", "2", "delivered")
    assert await post.state() == "sent"
    post.clock.now += EARLY_REPORTS.days * DAY
    await remove_past(post.registry.database, EARLY_REPORTS, post.clock.now)
    assert await post.registry.database.rows(select(tables.early_reports)) == []
