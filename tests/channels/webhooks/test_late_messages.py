"""A message whose answer is late, or that our own tables cannot answer now, is answered afterwards, once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from channels.deferred.postponed import PostponedMessages
from channels.deferred.queries import POSTPONED
from channels.workers.postponed_messages import PostponedWorker
from database import tables
from state.interfaces import Outcome
from tests.channels.webhooks.test_messages import SMS, sms
from tests.support.message_server import House
from tests.support.patience import PATIENCE
from tests.support.valkey import Server

pytestmark = pytest.mark.slow


async def is_postponed(zin: House) -> None:
    """Wait until the hop was over its deadline, long after the gateway was answered."""
    async with asyncio.timeout(PATIENCE):
        while [row["topic"] for row in await zin.database.rows(select(tables.promises))] != [POSTPONED]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_late_hop_is_postponed_if_valkey_is_at_fault(
    zin: House, own_valkey: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    zin.market.seconds = 30.0  # beyond a hop's deadline, during which Valkey ends
    asked = zin.market.ask

    async def ask(*given: object) -> object:
        own_valkey.kill()
        return await asked(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(zin.market, "ask", ask)
    assert (await zin.post(SMS, sms("fruits", "m1")))[0] == 200
    assert await zin.outbox() == []
    assert (await zin.parts.messaging.promises.waiting())["message"] == 1
    own_valkey.start()


async def test_late_answer_is_given_by_the_worker(
    zin: House, postponed: PostponedMessages, worker: PostponedWorker
) -> None:
    zin.market.seconds = 30.0  # beyond a hop's deadline
    assert (await zin.post(SMS, sms("fruits", "m1")))[0] == 200
    assert await zin.outbox() == []
    zin.market.seconds = 0.0
    await is_postponed(zin)
    await zin.posted_by(lambda: worker.round(postponed), 1)
    (row,) = await zin.outbox()
    assert "Mangue" in row["text"]
    assert (await zin.parts.messaging.promises.waiting())["message"] == 0


async def test_message_waits_for_our_own_tables(
    zin: House, postponed: PostponedMessages, worker: PostponedWorker
) -> None:
    zin.market.does["fruits.all"] = Outcome("unavailable", retriable=True)
    assert (await zin.post(SMS, sms("fruits", "m1")))[0] == 200
    assert await worker.round(postponed) == 0
    assert await zin.outbox() == []
    zin.market.does.clear()
    await zin.posted_by(lambda: worker.round(postponed), 1)
    (row,) = await zin.outbox()
    assert "Mangue" in row["text"]


async def test_answer_that_is_always_late_becomes_one_apology(
    zin: House, postponed: PostponedMessages, worker: PostponedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.workers.postponed_messages.MAX_RETRIES", 2)
    zin.market.seconds = 30.0
    await zin.post(SMS, sms("fruits", "m1"))
    await is_postponed(zin)
    assert await worker.round(postponed) == 0
    assert await zin.outbox() == []
    zin.clock.now += 30
    assert await worker.round(postponed) == 1
    (row,) = await zin.outbox()
    assert "ne peut pas répondre" in row["text"]
    assert (await zin.parts.messaging.promises.waiting())["message"] == 0


async def test_worker_is_woken_by_a_postponed_message(
    zin: House, own_valkey: Server, worker: PostponedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.workers.postponed_messages.IDLE", PATIENCE)
    monkeypatch.setattr(worker, "round", counted := Rounds(worker.round))
    working = asyncio.create_task(worker.run())
    await counted.wait_for(1)
    own_valkey.kill()
    await zin.post(SMS, sms("bonjour", "m1"))
    await counted.wait_for(2)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    own_valkey.start()


class Rounds:
    """The rounds of a worker, each of which can be waited for."""

    def __init__(self, work: Callable[[PostponedMessages], Awaitable[int]]) -> None:
        self._work, self._many, self._ended = work, 0, asyncio.Condition()

    async def __call__(self, postponed: PostponedMessages) -> int:
        found = await self._work(postponed)
        async with self._ended:
            self._many += 1
            self._ended.notify_all()
        return found

    async def wait_for(self, many: int) -> None:
        async with asyncio.timeout(PATIENCE / 2), self._ended:
            await self._ended.wait_for(lambda: self._many >= many)


async def test_postponed_answer_has_the_id_of_its_request(
    zin: House, own_valkey: Server, postponed: PostponedMessages, worker: PostponedWorker
) -> None:
    own_valkey.kill()
    await zin.post(SMS, sms("bonjour", "m1"))
    (waiting,) = await zin.database.rows(select(tables.promises))
    own_valkey.start()
    await zin.posted_by(lambda: worker.round(postponed), 1)
    (row,) = await zin.outbox()
    assert row["request_id"] == waiting["request_id"] != ""
