"""Nothing leaves about what no longer holds: hundreds wait, and it is withdrawn, or replaced, in the middle."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from accounts.audit import Audit
from channels.contracts.sender import ClaimedMessage, Message, RetryLater
from channels.outbox.repository import Outbox
from channels.workers.delivery import DeliveryWorker
from database import tables
from database.encryption import Seal
from database.interface import Database
from results.announcer import TOPIC
from results.publishing import Publishing
from state.errors import Outdated, SourceUnavailable
from tests.results.test_publishing import BAC, PAUL
from tests.results.test_succession import Sets, listed
from tests.support.database import Registry

MANY = 200
ABOUT = f"{TOPIC}:{BAC.code}"
Action = Callable[[Sets], Awaitable[Any]]


class Silenced:
    """A registry that answers nothing but a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.dialect, self.exclusive_transaction = database.dialect, database.exclusive_transaction

    async def rows(self, asked: Any, **values: object) -> list[dict[str, Any]]:
        raise SourceUnavailable("made to be silent")

    async def write(self, statement: Any, **values: object) -> list[dict[str, Any]]:
        raise SourceUnavailable("made to be silent")

    async def insert_once(self, table: Any, row: Any, needed: Any = None) -> bool:
        raise SourceUnavailable("made to be silent")

    async def upsert(self, table: Any, row: Any) -> None:
        raise SourceUnavailable("made to be silent")


class Announced(Sets):
    """A published set whose news go out one by one to a gateway that notes what it took, and takes a while."""

    gateway, per_second = "sms", 1000.0

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry)
        self.outbox = Outbox(registry.database, Seal("a secret"), self.clock)
        self.took: Counter[str] = Counter()
        self.seconds, self.fails = 0.005, False

    async def send(self, message: Message) -> str:
        self.took[message.text] += 1
        await asyncio.sleep(self.seconds)
        if self.fails:
            raise RetryLater("made to fail")
        return f"ATXid_{message.key}"

    async def close(self) -> None:
        return None

    async def basis(self, seat: str = "105") -> int:
        await self.answer(seat)
        found = await self.board.find(BAC.code, seat)
        assert found
        return found[1].publication

    async def announce(self, many: int, words: str, seat: str = "105", **more: Any) -> int:
        basis = await self.basis(seat)
        for number in range(many):
            await self.outbox.enqueue(self.message(f"{words} {number}", words, basis, **more))
        return basis

    def message(self, key: str, words: str, basis: int, **more: Any) -> Message:
        return Message(key, "sms", "+2290190000001", words, topic=ABOUT, basis=basis, **more)

    def delivery(self) -> DeliveryWorker:
        async def pace(gateway: str) -> float:
            return 0.0

        async def stopped(to: object) -> bool:
            return False

        return DeliveryWorker(self.outbox, [self], pace, stopped, lambda: 0.5)

    async def states(self) -> dict[str, int]:
        column = tables.outbox.c.state
        rows = await self.registry.database.rows(select(column, func.count().label("many")).group_by(column))
        return {row["state"]: row["many"] for row in rows}

    async def words_left(self) -> int:
        asked = select(func.count().label("many")).where(tables.outbox.c.text != "")
        return int((await self.registry.database.rows(asked))[0]["many"])


@pytest.fixture
async def desk(registry: Registry) -> AsyncIterator[Announced]:
    desk = Announced(registry)
    await desk.publish(await desk.add(listed("admitted")))
    await desk.add(listed("refused"))
    yield desk
    await desk.board.close()


async def withdraw(desk: Sets) -> None:
    await desk.publishing.withdraw(PAUL, BAC.code, "", "une erreur")


async def withdraw_borgou(desk: Sets) -> None:
    await desk.publishing.withdraw(PAUL, BAC.code, "Borgou", "une erreur")


async def replace(desk: Sets) -> None:
    await desk.publish("bac-2027.2")


async def replace_for_later(desk: Sets) -> None:
    await desk.publish("bac-2027.2", 3600, "Borgou")


ACTIONS = [withdraw, withdraw_borgou, replace, replace_for_later]


@pytest.mark.parametrize("action", ACTIONS)
async def test_no_message_is_sent_after_the_action(desk: Announced, action: Action) -> None:
    await desk.announce(MANY, "Admis(e)")
    working = [asyncio.create_task(desk.delivery().run()) for _ in range(3)]
    async with asyncio.timeout(20):
        while sum(desk.took.values()) < 30:  # noqa: ASYNC110 - what is waited for happens behind a gateway
            await asyncio.sleep(0.002)
    await action(desk)
    took = sum(desk.took.values())
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


async def test_claim_of_killed_process_is_wiped(desk: Announced) -> None:
    await desk.announce(2, "Admis(e)")
    claimed = await desk.outbox.claim(2)
    assert await desk.outbox.hand_over(claimed[0])  # and then its process was killed
    await withdraw(desk)
    assert not await desk.outbox.hand_over(claimed[1])
    desk.clock.now += 3600
    assert await desk.outbox.claim(2) == []
    await desk.outbox.tidy()
    assert (await desk.states(), await desk.words_left()) == ({"cancelled": 2}, 0)


async def test_failed_message_is_not_retried_after_action(desk: Announced) -> None:
    await desk.announce(1, "Admis(e)")
    desk.fails, desk.seconds = True, 0.3
    working = asyncio.create_task(desk.delivery().round())
    async with asyncio.timeout(10):
        while not desk.took:  # noqa: ASYNC110 - what is waited for happens behind a gateway
            await asyncio.sleep(0.002)
    await withdraw(desk)
    await working
    assert (await desk.states(), await desk.words_left()) == ({"cancelled": 1}, 0)


async def test_other_departments_and_messages_without_basis_leave(desk: Announced) -> None:
    await desk.announce(3, "de Zou", seat="120")
    await desk.announce(3, "de Borgou")
    await desk.outbox.enqueue(Message("else", "sms", "+2290190000001", "Bonjour"))
    await withdraw_borgou(desk)
    await desk.delivery().round()
    assert desk.took == {"de Zou": 3, "Bonjour": 1}


async def test_unknown_seat_depends_on_every_list(desk: Announced) -> None:
    await desk.announce(1, "dans aucune liste", seat="999")
    await desk.publish("bac-2027.2", department="Zou")
    await desk.delivery().round()
    assert desk.took == {}


async def test_awaited_answer_is_withdrawn_too(desk: Announced) -> None:
    await desk.announce(1, "Admis(e)", is_awaited=True)
    await withdraw(desk)
    await desk.delivery().round()
    assert desk.took == {}


async def test_repeated_message_is_not_outdated(desk: Announced) -> None:
    basis = await desk.basis()
    posted = [await desk.outbox.enqueue(desk.message("once", "Admis(e)", basis)) for _ in range(2)]
    assert posted == [True, False]
    (claimed,) = await desk.outbox.claim(5)
    assert isinstance(claimed, ClaimedMessage)
    assert claimed.message.basis == basis
