"""A promise lives until its end, or longer if asked for again, and who it was made to hears of its end."""

from __future__ import annotations

from typing import Any

import pytest

from channels.deferred.queries import PROLONG
from channels.deferred.repository import Kind, NewDeferred
from database.leased_queue import LEASE_SECONDS
from tests.support.database import Registry
from tests.support.deferred_queue import HOUR, Ledger, owed


@pytest.fixture
def ledger(registry: Registry) -> Ledger:
    return Ledger(registry)


@pytest.mark.parametrize(
    ("first", "second", "lives_until"),
    [
        ("changes", owed(kind="changes", life=4 * HOUR), 4 * HOUR),
        ("changes", owed(kind="changes", life=HOUR / 2), HOUR),  # the later end stands
        ("answer", owed(kind="answer", life=4 * HOUR), HOUR),
        ("message", owed(kind="message", life=4 * HOUR), HOUR),
        ("answer", owed(kind="changes", life=4 * HOUR), HOUR),
    ],
)
async def test_repeated_subscription_alone_is_extended(
    ledger: Ledger, first: Kind, second: NewDeferred, lives_until: float
) -> None:
    began = ledger.clock.now
    await ledger.promises.add(owed(kind=first))
    assert not await ledger.promises.add(second)
    ledger.clock.now = began + lives_until - LEASE_SECONDS
    held = await ledger.one()
    assert not held.expired
    assert await ledger.promises.reschedule(held, 4 * HOUR)
    ledger.clock.now = began + lives_until - 1
    assert await ledger.promises.claim(10) == []
    ledger.clock.now = began + lives_until
    assert (await ledger.one()).expired


async def test_repeated_request_keeps_the_claim(ledger: Ledger) -> None:
    await ledger.promises.add(owed(kind="changes"))
    held = await ledger.one()
    assert not await ledger.promises.add(owed(kind="changes", life=4 * HOUR))
    assert await ledger.promises.claim(10) == []
    assert await ledger.promises.reschedule(held, 60, "newer")


async def test_request_repeated_while_expiring_starts_anew(ledger: Ledger) -> None:
    await ledger.promises.add(owed(kind="changes"))
    ledger.clock.now += HOUR
    ending = await ledger.one()
    assert ending.expired
    assert not await ledger.promises.add(owed(kind="changes", due_in=10))
    assert not await ledger.promises.complete(ending)
    ledger.clock.now += 10
    assert not (await ledger.one()).expired


async def test_request_repeated_while_completing_is_stored_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ledger.promises.add(owed(kind="changes"))
    held, write = await ledger.one(), ledger.registry.database.write

    async def settled_before(statement: Any, **values: object) -> list[dict[str, Any]]:
        if statement is PROLONG:
            await ledger.promises.complete(held)
        return await write(statement, **values)

    monkeypatch.setattr(ledger.registry.database, "write", settled_before)
    assert await ledger.promises.add(owed(kind="changes"))
    assert (await ledger.one()).tries == 1


@pytest.mark.parametrize(("kind", "due_in"), [("answer", 0.0), ("changes", 2 * HOUR)])
async def test_expired_row_is_claimed_until_completed(ledger: Ledger, kind: Any, due_in: float) -> None:
    await ledger.promises.add(owed(kind=kind, due_in=due_in))
    for held in await ledger.promises.claim(10):
        await ledger.promises.reschedule(held, 2 * HOUR)
    ledger.clock.now += HOUR - 1
    assert await ledger.promises.claim(10) == []
    ledger.clock.now += 1
    held = await ledger.one()
    assert held.expired
    assert await ledger.promises.claim(10) == []
    assert await ledger.promises.reschedule(held, 30)
    ledger.clock.now += 29
    assert await ledger.promises.claim(10) == []
    ledger.clock.now += 1
    held = await ledger.one()
    assert held.expired
    assert await ledger.promises.complete(held)


async def test_claimed_row_expires_with_its_holder(ledger: Ledger) -> None:
    await ledger.promises.add(owed(life=LEASE_SECONDS / 2))
    held = await ledger.one()
    ledger.clock.now += LEASE_SECONDS - 1
    assert await ledger.promises.claim(10) == []
    assert await ledger.promises.complete(held)
