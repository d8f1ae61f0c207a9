"""No message is sent after its publication was withdrawn or replaced, although hundreds wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from accounts.audit import Audit
from database.interface import Database
from results.publishing import Publishing
from state.errors import Outdated, SourceUnavailable
from tests.support.announced_sets import Announced, withdraw, withdraw_borgou
from tests.support.patience import PATIENCE
from tests.support.successive_sets import Sets

pytestmark = pytest.mark.slow

MANY = 200
Action = Callable[[Sets], Awaitable[Any]]


class Silenced:
    """A registry that answers nothing but a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.dialect, self.exclusive_transaction = database.dialect, database.exclusive_transaction
        self.watch = database.watch

    async def rows(self, asked: Any, **values: object) -> list[dict[str, Any]]:
        raise SourceUnavailable("made to be silent")

    async def write(self, statement: Any, **values: object) -> list[dict[str, Any]]:
        raise SourceUnavailable("made to be silent")

    async def write_all(self, statement: Any, rows: Any) -> list[dict[str, Any]]:
        raise SourceUnavailable("made to be silent")

    async def insert_once(self, table: Any, row: Any, needed: Any = None) -> bool:
        raise SourceUnavailable("made to be silent")

    async def upsert(self, table: Any, row: Any) -> None:
        raise SourceUnavailable("made to be silent")

    async def upsert_all(self, table: Any, rows: Any, newest: str) -> None:
        raise SourceUnavailable("made to be silent")


async def replace(desk: Sets) -> None:
    await desk.publish("bac-2027.2")


async def replace_for_later(desk: Sets) -> None:
    await desk.publish("bac-2027.2", 3600, "Borgou")


ACTIONS = [withdraw, withdraw_borgou, replace, replace_for_later]


@pytest.mark.parametrize("action", ACTIONS)
async def test_no_message_is_sent_after_the_action(
    desk: Announced, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.workers.delivery_window.MAX_IN_FLIGHT", 10)
    await desk.announce(MANY, "Admis(e)")
    desk.quick = 20
    working = [asyncio.create_task(desk.delivery().run()) for _ in range(3)]
    async with asyncio.timeout(PATIENCE):
        while sum(desk.took.values()) < 30:  # noqa: ASYNC110 - what is waited for happens behind a gateway
            await asyncio.sleep(0.002)
    await action(desk)
    took = sum(desk.took.values())
    desk.may_end.set()
    await asyncio.sleep(0.2)
    for one in working:
        one.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    assert sum(desk.took.values()) == took < MANY
    states = await desk.states()
    assert states == {"sent": took, "cancelled": MANY - took}
    assert await desk.words_left() == 0


async def test_action_succeeds_when_the_database_fails_afterwards(desk: Announced) -> None:
    for action in ACTIONS:
        before = len(await Audit(desk.registry.database).last(50))
        desk.publishing = Publishing(Silenced(desk.registry.database), production=True, clock=desk.clock)
        await action(desk)
        assert len(await Audit(desk.registry.database).last(50)) == before + 1
        desk.publishing = Publishing(desk.registry.database, production=True, clock=desk.clock)
        await desk.publish("bac-2027.1")


@pytest.mark.parametrize("action", ACTIONS)
async def test_answer_looked_up_before_action_is_refused(desk: Announced, action: Action) -> None:
    basis = await desk.basis()
    await action(desk)
    with pytest.raises(Outdated):
        await desk.outbox.enqueue(desk.message("late", "Admis(e)", basis))
    assert await desk.states() == {}


@pytest.mark.parametrize("action", ACTIONS)
async def test_message_enqueued_during_action_is_not_sent(desk: Announced, action: Action) -> None:
    basis = await desk.basis()

    async def post(number: int) -> None:
        try:
            await desk.outbox.enqueue(desk.message(f"news {number}", "Admis(e)", basis))
        except Outdated:
            return

    await asyncio.gather(*map(post, range(8)), action(desk), *map(post, range(8, 16)))
    await desk.delivery().round()
    assert desk.took == {}
    assert await desk.words_left() == 0
