"""Results of many messages are recorded together, and one that cannot be recorded loses no other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from channels.contracts.sender import ClaimedMessage
from channels.outbox.opt_outs import OptOuts
from database.leased_queue import LEASE_SECONDS
from database.value_lists import MAX_VALUES
from state.errors import ZinError
from tests.support.outbox_setup import Post, message

KEYS = [f"k{number}" for number in range(5)]


async def claimed(post: Post) -> list[ClaimedMessage]:
    for key in KEYS:
        await post.outbox.enqueue(message(key))
    return sorted(await post.outbox.claim("sms", 10), key=lambda one: one.message.key)


async def test_results_share_a_statement(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    held, runs = await claimed(post), []
    write_all = post.registry.database.write_all

    async def counted(statement: Any, rows: Any) -> list[dict[str, Any]]:
        runs.append(len(rows))
        return await write_all(statement, rows)

    monkeypatch.setattr(post.registry.database, "write_all", counted)
    assert await asyncio.gather(*(post.outbox.sent(one, f"ref-{one.message.key}") for one in held)) == [True] * 5
    assert runs == [5]
    assert [await post.state(key) for key in KEYS] == ["sent"] * 5


async def test_lost_claim_in_a_batch_changes_only_its_row(post: Post) -> None:
    held = await claimed(post)
    post.clock.now += LEASE_SECONDS
    (again,) = await post.outbox.claim("sms", 1)
    ended = await asyncio.gather(*(post.outbox.failed(one, "no") for one in held))
    assert dict(zip(KEYS, ended, strict=True)) == {key: key != again.message.key for key in KEYS}
    assert await post.state(again.message.key) == "sending"


async def test_bad_row_in_a_batch_loses_no_other(post: Post) -> None:
    held = await claimed(post)
    held[2] = ClaimedMessage(held[2].message, 10**23)  # no column can hold it
    results = (post.outbox.sent(one, f"ref-{one.message.key}") for one in held)
    ended = await asyncio.gather(*results, return_exceptions=True)
    assert isinstance(ended.pop(2), ZinError)
    assert ended == [True] * 4
    assert [await post.state(key) for key in KEYS] == ["sent", "sent", "sending", "sent", "sent"]


async def test_each_early_report_finds_its_message(post: Post) -> None:
    held = await claimed(post)
    for number, state in ((1, "failed"), (3, "delivered")):
        assert not await post.outbox.record_report("sms", f"ref-k{number}", state)  # type: ignore[arg-type]
    assert not await post.outbox.record_report("whatsapp", "ref-k4", "failed")
    await asyncio.gather(*(post.outbox.sent(one, f"ref-{one.message.key}") for one in held))
    assert [await post.state(key) for key in KEYS] == ["sent", "failed", "sent", "delivered", "sent"]


async def test_opt_outs_of_many_citizens_are_asked_for_together(post: Post) -> None:
    opt_outs = OptOuts(post.registry.database)
    citizens = [f"citizen {number}" for number in range(2 * MAX_VALUES + 1)]
    for citizen in citizens[::7]:
        await opt_outs.add(citizen)
    found = await asyncio.gather(*map(opt_outs.has, citizens))
    assert [citizen for citizen, has in zip(citizens, found, strict=True) if has] == citizens[::7]
