"""What a column cannot hold is refused in the same way over SQLite and PostgreSQL, and before either sees it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, select, update

from accounts.audit import AuditEvent
from analytics.counters import Counters, figures_of
from analytics.repository import UsageRepository
from authoring.replay.fakes import FakeClock
from channels.contracts.sender import ClaimedMessage, Message
from channels.outbox.repository import Outbox
from database import tables
from database.column_limits import (
    MAX_SECONDS,
    can_hold,
    cleaned,
    clipped,
    is_text,
    max_integer,
    max_length,
    milliseconds,
)
from database.encryption import Seal
from database.tables import figures
from state.errors import Unstorable
from tests.support.database import Registry
from tests.support.source_rows import REQUEST

REFERENCE, TRIES, DUE = (tables.outbox.c[name] for name in ("reference", "tries", "due_at"))
HELD: list[tuple[Any, Any, bool]] = [
    (REFERENCE, "", True),
    (REFERENCE, "a" * 80, True),
    (REFERENCE, "\U0001f600" * 80, True),  # characters, not bytes: as PostgreSQL counts
    (REFERENCE, "a" * 81, False),
    (REFERENCE, "a\0", False),
    (REFERENCE, "\ud800", False),
    (REFERENCE, 7, False),
    (REFERENCE, b"a", False),
    (REFERENCE, ["a"], False),
    (TRIES, 32_767, True),
    (TRIES, 32_768, False),
    (DUE, -(2**63), True),
    (DUE, 2**63, False),
    (DUE, 1.5, False),
    (DUE, "1", False),
]


@pytest.mark.parametrize(("column", "value", "held"), HELD, ids=lambda value: repr(value)[:30])
def test_a_column_holds_what_its_type_says(column: Any, value: Any, held: bool) -> None:
    assert can_hold(column, value) == held


def test_the_bounds_are_those_of_the_tables() -> None:
    assert (max_length(REFERENCE), max_integer(TRIES), max_integer(DUE)) == (80, 2**15 - 1, 2**63 - 1)
    with pytest.raises(ValueError, match="no bound"):
        max_length(tables.outbox.c.text)


@given(st.text(st.characters() | st.sampled_from("\0\ud800\udfff")))
def test_cleaned_text_is_storable_and_valid_text_unchanged(text: str) -> None:
    assert is_text(cleaned(text))
    assert can_hold(REFERENCE, clipped(REFERENCE, text))
    assert not is_text(text) or (cleaned(text) == text and clipped(REFERENCE, text) == text[:80])


@given(st.floats() | st.integers())
def test_moments_never_leave_their_column_whatever_is_added(seconds: float) -> None:
    assert can_hold(DUE, milliseconds(seconds) + milliseconds(MAX_SECONDS))


MAX_TRIES = max_integer(tables.outbox.c.tries)
BAD: list[Any] = ["a" * 33, "a\0", "\ud800", 7, ["a"]]


@pytest.mark.parametrize("value", BAD, ids=lambda value: repr(value)[:20])
async def test_unstorable_value_is_refused_everywhere(registry: Registry, value: Any) -> None:
    changing = update(tables.requests).values(reference=bindparam("said"))
    preference = {"citizen": value, "language": "fon", "call": "", "chosen_at": 1}
    with pytest.raises(Unstorable) as refused:
        await registry.database.write(changing, said=value)
    assert not isinstance(value, str) or value not in str(refused.value)
    with pytest.raises(Unstorable):
        await registry.database.insert_once(tables.preferences, preference)
    with pytest.raises(Unstorable):
        await registry.database.upsert(tables.preferences, preference)
    with pytest.raises(Unstorable):
        await registry.add(tables.requests, REQUEST, {**REQUEST, "reference": value})
    with pytest.raises(Unstorable):
        await ask_within(registry, changing, value)
    assert await registry.database.rows(select(tables.requests)) == []


async def ask_within(registry: Registry, changing: Any, value: Any) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.add(tables.requests, [REQUEST])
        await writer.rows(changing, said=value)


async def test_over_long_text_is_found_in_no_row(registry: Registry) -> None:
    asked = select(tables.requests).where(tables.requests.c.reference == bindparam("said"))
    assert await registry.database.rows(asked, said="a" * 10_000) == []
    with pytest.raises(Unstorable):
        await registry.database.rows(asked, said="a\0")


async def test_any_search_is_counted_without_blocking_others(registry: Registry) -> None:
    counters = Counters()
    for sought in ("a\0b", "\ud800", "a" * 10_000, "permis"):
        counters.add("sought", sought, 1, 1_795_500_300.0)
    await UsageRepository(registry.database).add(figures_of(counters.drain()))
    kept = [row["of"] for row in await registry.database.rows(select(figures.c.of).order_by(figures.c.of))]
    assert sorted(kept) == sorted(clipped(figures.c.of, one) for one in ("a\0b", "\ud800", "a" * 120, "permis"))


@pytest.mark.parametrize("subject", ["", "a" * 121, "a\0b", "\ud800"])
def test_audit_refuses_an_unstorable_subject(subject: str) -> None:
    with pytest.raises(ValueError, match="subject: 1 to 120 characters"):
        AuditEvent("awa", "outbox pause", subject)


class Post:
    """An outbox with one message that was claimed."""

    def __init__(self, registry: Registry) -> None:
        self.clock, self.registry = FakeClock(), registry
        self.outbox = Outbox(registry.database, Seal("a secret"), self.clock)

    async def claimed(self, **fields: Any) -> ClaimedMessage:
        await self.outbox.enqueue(Message("k", "sms", "+2290190000001", "Bonjour", **fields))
        (claimed,) = await self.outbox.claim("sms", 1)
        return claimed

    async def row(self) -> dict[str, Any]:
        return (await self.registry.database.rows(select(tables.outbox)))[0]


@pytest.fixture
def post(registry: Registry) -> Post:
    return Post(registry)


@pytest.mark.parametrize("seconds", [10**23, float("inf"), -float("inf"), float("nan"), 1.8e9])
async def test_no_wait_is_too_long_for_its_column(post: Post, seconds: float) -> None:
    assert await post.outbox.reschedule(await post.claimed(), "too_many", seconds)
    assert (await post.row())["state"] == "queued"


@pytest.mark.parametrize("named", ["", "a" * 90, "a\0", "\ud800"])
async def test_unstorable_reference_is_not_sent_again(post: Post, named: str) -> None:
    assert await post.outbox.sent(await post.claimed(), named)
    assert [(await post.row())[name] for name in ("state", "reference")] == ["sent", ""]


@pytest.mark.parametrize("named", ["a" * 90, "a\0", "\ud800"])
async def test_report_with_an_unstorable_reference_is_refused(post: Post, named: str) -> None:
    with pytest.raises(Unstorable):
        await post.outbox.record_report("sms", named, "delivered")


@pytest.mark.parametrize("own", ["a" * 90, "a\0", "\ud800", ""])
async def test_report_ends_its_message_under_any_own_name(post: Post, own: str) -> None:
    assert await post.outbox.sent(await post.claimed(), "digest")
    assert await post.outbox.record_report("sms", "digest", "delivered", own=own)
    assert not await post.outbox.record_report("sms", "another digest", "delivered", own=own)


@pytest.mark.parametrize("why", ["a" * 10_000, "no\0way", "\ud800"])
async def test_reason_is_cut_to_its_column(post: Post, why: str) -> None:
    assert await post.outbox.failed(await post.claimed(), why)
    assert (await post.row())["why"] == clipped(tables.outbox.c.why, why)
    assert not await post.outbox.record_report("sms", "unknown", "failed", why)


@pytest.mark.parametrize("heard_at", [10.0**23, 2.0**63, float("inf")])
async def test_inbound_time_is_never_in_the_future(post: Post, heard_at: float) -> None:
    await post.claimed(last_inbound_at=heard_at)
    assert (await post.row())["heard_at"] == int(post.clock())


async def test_endless_tries_block_no_other_message(post: Post) -> None:
    claimed = await post.claimed()
    async with post.registry.database.exclusive_transaction() as writer:
        await writer.run(f"UPDATE outbox SET tries = {MAX_TRIES};")
    assert await post.outbox.reschedule(ClaimedMessage(claimed.message, MAX_TRIES), "too_many", 0.0)
    assert [one.tries for one in await post.outbox.claim("sms", 1)] == [MAX_TRIES]


async def test_an_odd_row_keeps_nobody_else_back(post: Post) -> None:
    await post.claimed()
    async with post.registry.database.exclusive_transaction() as writer:
        await writer.run("UPDATE outbox SET state = 'queued', due_at = 0, card = '[1', address = 'x';")
    await post.outbox.enqueue(Message("other", "sms", "+2290190000002", "Bonjour"))
    assert [one.message.key for one in await post.outbox.claim("sms", 10)] == ["other"]
