"""Postponed messages wait in SQL in the order of each citizen, and only the first of each can be claimed."""

from __future__ import annotations

import asyncio

import pytest

from channels.deferred.postponed import PostponedMessages
from channels.deferred.repository import NewDeferred
from database.leased_queue import LEASE_SECONDS
from state.errors import SourceUnavailable, StoreUnavailable
from tests.support.database import Registry
from tests.support.deferred_queue import ANA, BIO, HOUR, Ledger, owed

MANY = 100


@pytest.fixture
def ledger(registry: Registry) -> Ledger:
    return Ledger(registry)


@pytest.fixture
def postponed(ledger: Ledger) -> PostponedMessages:
    return PostponedMessages(ledger.registry.database, ledger.promises)


def written(key: str, citizen: str = ANA) -> NewDeferred:
    return owed(key, "message", citizen, due_in=LEASE_SECONDS)


async def keys(postponed: PostponedMessages) -> list[str]:
    return sorted(held.key for held in await postponed.claim(MANY))


async def test_messages_of_a_citizen_are_claimed_in_order(ledger: Ledger, postponed: PostponedMessages) -> None:
    for key in ("z", "m", "a"):  # at the same moment
        assert await postponed.add(written(key), MANY)
    seen = []
    while held := await postponed.claim(MANY):
        assert len(held) == 1
        assert await postponed.claim(MANY) == []
        seen.append(held[0].key)
        await ledger.promises.complete(held[0])
    assert seen == ["z", "m", "a"]


async def test_first_message_of_every_citizen_is_claimed(postponed: PostponedMessages) -> None:
    for key, citizen in (("a1", ANA), ("a2", ANA), ("b1", BIO), ("b2", BIO)):
        await postponed.add(written(key, citizen), MANY)
    assert await keys(postponed) == ["a1", "b1"]


async def test_first_message_blocks_the_next_until_completed(ledger: Ledger, postponed: PostponedMessages) -> None:
    await postponed.add(written("a1"), MANY)
    await postponed.add(written("a2"), MANY)
    (first,) = await postponed.claim(MANY)
    assert await ledger.promises.reschedule(first, 5)
    assert await keys(postponed) == []
    ledger.clock.now += 5
    assert await keys(postponed) == ["a1"]


async def test_unreadable_message_blocks_for_its_life_only(ledger: Ledger, postponed: PostponedMessages) -> None:
    other = PostponedMessages(ledger.registry.database, ledger.of_a_process("another secret of the tests"))
    await other.add(written("a1"), MANY)
    ledger.clock.now += 1
    await postponed.add(written("a2"), MANY)
    assert await keys(postponed) == []
    ledger.clock.now += HOUR - 0.5
    assert await keys(postponed) == ["a2"]


async def test_postponed_messages_are_no_usual_promises(ledger: Ledger, postponed: PostponedMessages) -> None:
    await postponed.add(written("a1"), MANY)
    await ledger.promises.add(owed("late", "message"))
    assert [held.key for held in await ledger.promises.claim(MANY)] == ["late"]
    assert await keys(postponed) == ["a1"]


async def test_late_message_is_postponed_in_its_place(ledger: Ledger, postponed: PostponedMessages) -> None:
    await ledger.promises.add(written("late"))  # the webhook could not wait for its answer
    await postponed.add(written("next"), MANY)
    assert await postponed.add(written("late"), MANY)
    assert await keys(postponed) == ["late"]


async def test_repeated_message_keeps_its_place(ledger: Ledger, postponed: PostponedMessages) -> None:
    for key in ("a1", "a2", "a1"):
        assert await postponed.add(written(key), MANY)
    (first,) = await postponed.claim(MANY)
    await ledger.promises.complete(first)
    assert (first.key, await keys(postponed)) == ("a1", ["a2"])
    assert await ledger.keys() == {"a2"}


async def test_one_citizen_cannot_fill_the_table(postponed: PostponedMessages) -> None:
    added = [await postponed.add(written(f"a{number}"), 2) for number in range(4)]
    assert added == [True, True, False, False]
    assert await postponed.add(written("b", BIO), 2)


async def test_full_table_refuses_every_citizen(ledger: Ledger) -> None:
    few = PostponedMessages(ledger.registry.database, ledger.promises, most=2)
    await asyncio.gather(few.add(written("a"), MANY), few.add(written("b", BIO), MANY))
    with pytest.raises(StoreUnavailable, match="too many"):
        await few.add(written("c", "c" * 32), MANY)
    for held in await few.claim(MANY):
        await ledger.promises.complete(held)
    await few.look()
    assert await few.add(written("c", "c" * 32), MANY)


async def test_sql_is_asked_only_while_messages_wait(
    ledger: Ledger, postponed: PostponedMessages, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = PostponedMessages(ledger.registry.database, ledger.promises)
    assert not await postponed.has_any_of(ANA)
    await other.add(written("a"), MANY)
    await postponed.look()
    assert (await postponed.has_any_of(ANA), await postponed.has_any_of(BIO)) == (True, False)
    (held,) = await postponed.claim(MANY)
    await ledger.promises.complete(held)
    await postponed.look()

    async def unexpected(*_: object, **__: object) -> list[dict[str, object]]:
        raise AssertionError("nobody needed to ask")

    monkeypatch.setattr(type(ledger.registry.database), "rows", unexpected)
    assert not await postponed.has_any_of(ANA)


async def test_look_during_an_addition_does_not_forget_it(ledger: Ledger, postponed: PostponedMessages) -> None:
    adding = asyncio.create_task(postponed.add(written("a"), MANY))
    await asyncio.sleep(0)
    await postponed.look()
    await adding
    assert await postponed.has_any_of(ANA)


async def test_failed_addition_is_not_counted_for_long(ledger: Ledger, postponed: PostponedMessages) -> None:
    await ledger.registry.stop()
    with pytest.raises(SourceUnavailable):
        await postponed.add(written("a"), MANY)
    assert postponed.waiting == 1
    await ledger.registry.start()
    await postponed.look()
    assert postponed.waiting == 0
