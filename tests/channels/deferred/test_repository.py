"""What is promised is held by one process at a time and settled by who holds it: over SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from channels.deferred.repository import Kind, NewDeferred
from database import tables
from database.column_limits import max_integer
from database.leased_queue import LEASE_SECONDS
from state.errors import SourceUnavailable
from tests.support.database import Registry
from tests.support.deferred_queue import ANA, BIO, PAYLOAD, Ledger, owed


@pytest.fixture
def ledger(registry: Registry) -> Ledger:
    return Ledger(registry)


async def test_deferred_row_is_claimed_once_and_completed(ledger: Ledger) -> None:
    assert await ledger.promises.add(owed())
    held = await ledger.one()
    assert (held.key, held.kind, held.citizen, held.payload) == ("p1", "answer", ANA, PAYLOAD)
    assert (held.seen, held.tries, held.expired) == ("digest", 1, False)
    assert await ledger.promises.claim(10) == []
    assert await ledger.promises.complete(held)
    assert await ledger.keys() == set()
    assert not await ledger.promises.complete(held)
    assert not await ledger.promises.reschedule(held, 0)


@pytest.mark.parametrize("kind", ["answer", "changes", "message"])
async def test_same_key_is_stored_once(ledger: Ledger, kind: Kind) -> None:
    kept = await asyncio.gather(*(ledger.promises.add(owed(kind=kind)) for _ in range(5)))
    assert sorted(kept) == [False, False, False, False, True]
    assert not await ledger.promises.add(NewDeferred("p1", kind, BIO, b"{}"))
    held = await ledger.one()
    assert (held.citizen, held.payload) == (ANA, PAYLOAD)


async def test_due_rows_are_claimed_oldest_first(ledger: Ledger) -> None:
    for key, due_in in (("later", 30), ("first", 10), ("second", 20), ("not yet", 31)):
        await ledger.promises.add(owed(key, due_in=due_in))
    assert await ledger.promises.claim(10) == []
    ledger.clock.now += 30
    assert {held.key for held in await ledger.promises.claim(2)} == {"first", "second"}
    assert {held.key for held in await ledger.promises.claim(2)} == {"later"}


async def test_expired_lease_is_claimed_by_another_process(ledger: Ledger) -> None:
    await ledger.promises.add(owed())
    lost = await ledger.one()
    ledger.clock.now += LEASE_SECONDS - 1
    assert await ledger.promises.claim(10) == []
    ledger.clock.now += 1
    held = await ledger.one()
    assert held.tries == 2
    assert not await ledger.promises.complete(lost)
    assert not await ledger.promises.reschedule(lost, 0)
    assert not await ledger.promises.reschedule(lost, 0, "seen by nobody")
    assert await ledger.promises.claim(10) == []
    assert await ledger.promises.complete(held)


async def test_lost_lease_stays_lost_after_reset_tries(ledger: Ledger) -> None:
    await ledger.promises.add(owed(kind="changes"))
    lost = await ledger.one()
    ledger.clock.now += LEASE_SECONDS
    assert await ledger.promises.reschedule(await ledger.one(), 0, "newer")
    held = await ledger.one()
    assert held.tries == lost.tries == 1
    assert not await ledger.promises.complete(lost)
    assert await ledger.promises.complete(held)


async def test_rescheduled_row_is_due_later_and_counts_tries(ledger: Ledger) -> None:
    await ledger.promises.add(owed())
    assert await ledger.promises.reschedule(await ledger.one(), 300)
    ledger.clock.now += 299
    assert await ledger.promises.claim(10) == []
    ledger.clock.now += 1
    held = await ledger.one()
    assert (held.tries, held.seen, held.payload) == (2, "digest", PAYLOAD)


async def test_claim_settles_once_at_one_moment(ledger: Ledger) -> None:
    await ledger.promises.add(owed())
    first = await ledger.one()
    assert await ledger.promises.reschedule(first, 0)
    held = await ledger.one()
    assert not await ledger.promises.complete(first)
    assert await ledger.promises.complete(held)


async def test_sent_facts_are_stored_and_tries_reset(ledger: Ledger) -> None:
    await ledger.promises.add(owed(kind="changes"))
    await ledger.promises.reschedule(await ledger.one(), 0)
    assert await ledger.promises.reschedule(await ledger.one(), 0, "newer")
    held = await ledger.one()
    assert (held.tries, held.seen) == (1, "newer")
    assert await ledger.promises.reschedule(held, 0, "")  # news that nothing is left is stored too
    assert (await ledger.one()).seen == ""


async def test_forget_keeps_deferred_message_answers(ledger: Ledger) -> None:
    await ledger.promises.add(owed("held", "answer"))
    await ledger.promises.add(owed("a", "answer", due_in=10))
    await ledger.promises.add(owed("c", "changes", due_in=10))
    await ledger.promises.add(owed("m", "message", due_in=10))
    await ledger.promises.add(owed("other", "changes", BIO, due_in=10))
    held = await ledger.one()
    assert await ledger.promises.forget(ANA) == 3
    assert await ledger.keys() == {"m", "other"}
    assert not await ledger.promises.reschedule(held, 0)
    assert await ledger.promises.forget(ANA) == 0


async def test_waiting_rows_are_counted_by_kind(ledger: Ledger) -> None:
    assert await ledger.promises.waiting() == {"answer": 0, "changes": 0, "message": 0}
    for number in range(3):
        await ledger.promises.add(owed(f"c{number}", "changes", due_in=number))
    await ledger.promises.add(owed("m", "message", due_in=5))
    await ledger.one()
    assert await ledger.promises.waiting() == {"answer": 0, "changes": 3, "message": 1}


async def test_payload_is_encrypted_and_absent_from_repr(ledger: Ledger) -> None:
    await ledger.promises.add(owed("p1"))
    await ledger.promises.add(owed("p2"))
    rows = await ledger.registry.database.rows(select(tables.promises))
    assert rows[0]["sealed"] != rows[1]["sealed"]
    shown = [repr(row) for row in rows] + [repr(owed()), repr(await ledger.promises.claim(2))]
    assert len(shown) == 4
    assert not [text for text in shown if "90000001" in text or "demande" in text or "say" in text]


async def test_row_of_another_key_is_skipped(ledger: Ledger) -> None:
    stranger = ledger.of_a_process("another secret")
    await stranger.add(owed("p1"))
    ledger.clock.now += 1
    await ledger.promises.add(owed("p2"))
    with capture_logs() as logs:
        assert [held.key for held in await ledger.promises.claim(10)] == ["p2"]
    assert [(line["log_level"], line["kind"]) for line in logs] == [("error", "answer")]
    assert not [line for line in logs if ANA in str(line)]
    ledger.clock.now += LEASE_SECONDS
    assert [held.key for held in await stranger.claim(1)] == ["p1"]


async def test_unreadable_row_never_blocks_others(ledger: Ledger) -> None:
    await ledger.of_a_process("another secret").add(owed("p1"))
    await ledger.promises.add(owed("p2"))
    await ledger.registry.database.write(
        update(tables.promises).where(tables.promises.c.key == "p1").values(tries=max_integer(tables.promises.c.tries))
    )
    assert [held.key for held in await ledger.promises.claim(10)] == ["p2"]


async def test_two_processes_never_claim_one_row(ledger: Ledger) -> None:
    for number in range(60):
        await ledger.promises.add(owed(f"p{number:02}"))
    held: Counter[str] = Counter()

    async def work() -> None:
        promises = ledger.of_a_process()
        while claimed := await promises.claim(4):
            held.update(one.key for one in claimed)
            assert all(await asyncio.gather(*(promises.complete(one) for one in claimed)))

    await asyncio.gather(*(work() for _ in range(4)))
    assert len(held) == 60
    assert set(held.values()) == {1}
    assert await ledger.keys() == set()


async def test_failing_database_loses_no_row(ledger: Ledger) -> None:
    await ledger.promises.add(owed())
    held = await ledger.one()
    await ledger.registry.database.close()  # empties SQLite's log, which would still be read
    await ledger.registry.stop()
    for asked in (
        ledger.promises.add(owed("p2")),
        ledger.promises.claim(1),
        ledger.promises.complete(held),
        ledger.promises.reschedule(held, 0),
        ledger.promises.forget(ANA),
        ledger.promises.waiting(),
    ):
        with pytest.raises(SourceUnavailable):
            await asked
    await ledger.registry.start()
    assert await ledger.promises.complete(held)
