"""The outbox loses no message, gives it to one process and stores it once per key: over SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections import Counter

from sqlalchemy import select
from structlog.testing import capture_logs

from channels.contracts.sender import Message
from channels.outbox.queries import ENDED
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import OTHER, Seal
from database.leased_queue import LEASE_SECONDS
from database.retention import DAY, remove_past
from state.interfaces import Card
from tests.support.outbox_setup import NUMBER, SECRET, Post, message, one


async def test_message_is_claimed_once_and_complete(post: Post) -> None:
    assert await post.outbox.enqueue(message())
    claimed = await one(post)
    assert (claimed.message.address, claimed.message.text, claimed.tries) == (NUMBER, "BAC 2026 : Admis(e)", 1)
    assert await post.outbox.claim("sms", 10) == []
    assert await post.outbox.sent(claimed, "ATXid_1")
    assert await post.state() == "sent"


async def test_same_key_is_one_message(post: Post) -> None:
    posted = await asyncio.gather(*(post.outbox.enqueue(message()) for _ in range(5)))
    assert sorted(posted) == [False, False, False, False, True]
    assert len(await post.outbox.claim("sms", 10)) == 1
    assert not await post.outbox.enqueue(message())


async def test_awaited_message_is_claimed_first(post: Post) -> None:
    for key in ("a", "b", "c"):
        await post.outbox.enqueue(message(key))
        post.clock.now += 1
    await post.outbox.enqueue(message("d", waited_for=True))
    assert [claimed.message.key for claimed in await post.outbox.claim("sms", 2)] == ["d", "a"]


async def test_expired_lease_is_claimed_by_another_process(post: Post) -> None:
    await post.outbox.enqueue(message())
    lost = await one(post)
    post.clock.now += LEASE_SECONDS - 1
    assert await post.outbox.claim("sms", 10) == []
    post.clock.now += 1
    held = await one(post)
    assert held.tries == 2
    assert not await post.outbox.failed(lost, "too late to say so")
    assert await post.state() == "sending"
    assert await post.outbox.sent(held, "ATXid_2")
    assert not await post.outbox.sent(held, "ATXid_3")


async def test_failed_try_is_due_later(post: Post) -> None:
    await post.outbox.enqueue(message())
    assert await post.outbox.reschedule(await one(post), "gateway_down", 30)
    assert await post.outbox.claim("sms", 10) == []
    post.clock.now += 30
    claimed = await one(post)
    assert (claimed.tries, claimed.message.text) == (2, "BAC 2026 : Admis(e)")


async def test_expired_message_is_not_claimed(post: Post) -> None:
    await post.outbox.enqueue(message(life=100))
    await post.outbox.enqueue(message("k2", life=100))
    assert len(await post.outbox.claim("sms", 1)) == 1
    post.clock.now += 101
    assert await post.outbox.claim("sms", 10) == []
    await post.outbox.tidy()
    assert {await post.state(), await post.state("k2")} == {"expired"}


async def test_claimed_message_expires_with_its_holder(post: Post) -> None:
    await post.outbox.enqueue(message(life=LEASE_SECONDS / 2))
    claimed = await one(post)
    post.clock.now += LEASE_SECONDS - 1
    await post.outbox.tidy()
    assert await post.outbox.sent(claimed, "ATXid_1")
    assert await post.state() == "sent"


async def test_ended_message_loses_text_then_is_deleted(post: Post) -> None:
    await post.outbox.enqueue(message())
    assert await post.outbox.failed(await one(post), "invalid_number")
    (row,) = await post.registry.database.rows(select(tables.outbox))
    assert (row["text"], row["why"], row["ended_at"]) == ("", "invalid_number", round(post.clock.now * 1000))
    post.clock.now += ENDED.days * DAY - 1
    await remove_past(post.registry.database, ENDED, post.clock.now)
    assert await post.state() == "failed"
    post.clock.now += 1
    await remove_past(post.registry.database, ENDED, post.clock.now)
    assert await post.state() == "gone"


async def test_message_without_report_is_deleted_too(post: Post) -> None:
    await post.outbox.enqueue(message())
    await post.outbox.sent(await one(post), "1")
    post.clock.now += ENDED.days * DAY - 1
    await remove_past(post.registry.database, ENDED, post.clock.now)
    assert await post.state() == "sent"
    post.clock.now += 1
    await remove_past(post.registry.database, ENDED, post.clock.now)
    assert await post.state() == "gone"


async def test_card_and_last_inbound_time_are_stored(post: Post) -> None:
    card = Card("Quel fruit ?", (("a1.1", "Mangue"), ("a1.00", "Accueil")))
    await post.outbox.enqueue(Message("k1", "sms", NUMBER, "Quel fruit ?", card=card, last_inbound_at=1_790_000_000.0))
    claimed = await one(post)
    assert (claimed.message.card, claimed.message.last_inbound_at) == (card, 1_790_000_000.0)
    await post.outbox.reschedule(claimed, "busy", 0)
    claimed = await one(post)
    assert claimed.message.card == card
    await post.outbox.failed(claimed, "blocked")
    (row,) = await post.registry.database.rows(select(tables.outbox))
    assert row["card"] == ""


async def test_address_is_encrypted_with_the_key(post: Post) -> None:
    await post.outbox.enqueue(message())
    await post.outbox.enqueue(message("k2"))
    rows = await post.registry.database.rows(select(tables.outbox.c.address))
    assert not [row for row in rows if "90000001" in row["address"]]
    assert rows[0]["address"] != rows[1]["address"]
    await post.outbox.enqueue(message("k3"))
    stranger = Outbox(post.registry.database, Seal("another secret"), post.clock)
    await stranger.enqueue(message("k4"))
    with capture_logs() as logs:
        assert [one.message.key for one in await stranger.claim("sms", 10)] == ["k4"]  # the others hold nobody up
    assert {line["why"] for line in logs} == {OTHER}
    post.clock.now += LEASE_SECONDS
    assert len(await post.outbox.claim("sms", 10)) == 3


async def test_two_processes_never_claim_one_message(post: Post) -> None:
    for number in range(60):
        await post.outbox.enqueue(message(f"m{number:02}", waited_for=number % 3 == 0))
    held: Counter[str] = Counter()

    async def deliver() -> None:
        outbox = Outbox(post.registry.database, Seal(SECRET), post.clock)
        while claimed := await outbox.claim("sms", 4):
            held.update(one.message.key for one in claimed)
            await asyncio.gather(*(outbox.sent(one, f"ref-{one.message.key}") for one in claimed))

    await asyncio.gather(*(deliver() for _ in range(4)))
    assert len(held) == 60
    assert set(held.values()) == {1}
