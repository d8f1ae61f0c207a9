"""While Valkey is away a message is postponed: behind the earlier ones, within limits, and never a STOP too late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from channels.deferred.postponed import PostponedMessages
from channels.workers.postponed_messages import PostponedWorker
from database import tables
from state.errors import StoreUnavailable
from state.interfaces import Inbound, Outcome, Recipient
from tests.channels.webhooks.test_messages import SMS, TELEGRAM, sms, update
from tests.support.message_server import House, house
from tests.support.patience import PATIENCE
from tests.support.valkey import Server

pytestmark = pytest.mark.slow

ANA = Recipient("sms", "+2290190000001")


@pytest.fixture
async def zin(own_valkey: Server, tmp_path: Path) -> AsyncIterator[House]:
    async with house(own_valkey.url, tmp_path) as zin:
        yield zin


@pytest.fixture
def postponed(zin: House) -> PostponedMessages:
    found = zin.parts.messaging.postponed
    assert found
    return found


@pytest.fixture
def worker(zin: House) -> PostponedWorker:
    return PostponedWorker(zin.parts.messaging, zin.webhooks)


async def empty_outbox(zin: House) -> None:
    """Let the gateway take everything, since the next answer of a citizen waits for that."""
    gone = tables.outbox.update().values(state="sent").returning(tables.outbox.c.key)
    await zin.database.write(gone)


async def test_later_message_waits_behind_the_earlier(
    zin: House, own_valkey: Server, postponed: PostponedMessages, worker: PostponedWorker
) -> None:
    own_valkey.kill()
    assert (await zin.post(SMS, sms("bonjour", "m1")))[0] == 200
    own_valkey.start()
    assert (await zin.post(SMS, sms("aide", "m2")))[0] == 200
    assert await zin.outbox() == []
    assert await worker.round(postponed) == 1
    (first,) = await zin.outbox()
    assert first["text"].startswith("Bienvenue")
    for _ in range(3):  # the first has not left yet
        zin.clock.now += 1
        await worker.round(postponed)
        assert len(await zin.outbox()) == 1
    await empty_outbox(zin)
    await zin.posted_by(lambda: worker.round(postponed), 2)
    await worker.round(postponed)
    assert (await zin.parts.messaging.promises.waiting())["message"] == 0
    await postponed.look()
    assert (await zin.post(SMS, sms("bonjour", "m3")))[0] == 200
    assert len(await zin.outbox()) == 3


async def test_other_citizens_do_not_wait(zin: House, own_valkey: Server) -> None:
    own_valkey.kill()
    await zin.post(SMS, sms("bonjour", "m1"))
    own_valkey.start()
    assert (await zin.post(SMS, sms("bonjour", "m1", "%2B2290190000002")))[0] == 200
    assert len(await zin.outbox()) == 1


async def test_worker_waits_while_valkey_is_away(
    zin: House, own_valkey: Server, postponed: PostponedMessages, worker: PostponedWorker
) -> None:
    own_valkey.kill()
    for number in range(3):
        await zin.post(SMS, sms("bonjour", "m1", f"%2B229019000000{number}"))
    assert await worker.round(postponed) == 0
    own_valkey.start()
    rounds = []

    async def work() -> None:
        rounds.append(await worker.round(postponed))

    await zin.posted_by(work, 3)
    assert [many for many in rounds if many] == [1, 2]


async def test_stop_is_obeyed_before_valkey_is_back(zin: House, own_valkey: Server) -> None:
    own_valkey.kill()
    assert (await zin.post(SMS, sms("stop", "m1")))[0] == 200
    assert await zin.parts.messaging.post.stopped(ANA)
    own_valkey.start()


async def test_stop_over_the_hourly_limit_is_obeyed(zin: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zin.parts.messaging.post, "_most_sms", 2)
    for number in range(4):
        await zin.post(SMS, sms("bonjour", f"m{number}"))
    assert (await zin.post(SMS, sms("stop", "m9")))[0] == 200
    assert await zin.parts.messaging.post.stopped(ANA)
    assert len(await zin.outbox()) == 2


async def test_too_many_messages_of_one_citizen_are_dropped(
    zin: House, own_valkey: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zin.parts.messaging.post, "_most_sms", 2)
    own_valkey.kill()
    assert [(await zin.post(SMS, sms("bonjour", f"m{number}")))[0] for number in range(4)] == [200] * 4
    assert (await zin.parts.messaging.promises.waiting())["message"] == 2
    own_valkey.start()


async def test_message_is_refused_when_too_many_wait(
    zin: House, own_valkey: Server, postponed: PostponedMessages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postponed, "_most", 1)
    own_valkey.kill()
    assert (await zin.post(SMS, sms("bonjour", "m1")))[0] == 200
    assert (await zin.post(SMS, sms("bonjour", "m1", "%2B2290190000002")))[0] == 503
    own_valkey.start()


async def test_telegram_message_is_answered_once_by_the_worker(
    zin: House, own_valkey: Server, postponed: PostponedMessages, worker: PostponedWorker
) -> None:
    own_valkey.kill()
    assert await zin.post(TELEGRAM, update(1)) == (200, "")
    own_valkey.start()
    await zin.posted_by(lambda: worker.round(postponed), 1)
    await postponed.look()
    assert await zin.post(TELEGRAM, update(1)) == (200, "")
    assert len(await zin.outbox()) == 1


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


async def test_trial_postpones_nothing(zin: House, own_valkey: Server) -> None:
    trial = replace(zin.parts.messaging, postponed=None)
    own_valkey.kill()
    inbound = Inbound("africastalking_sms", ANA.address, "", "bonjour", inputs_are_cumulative=False, message="m1")
    webhook = next(one for one in zin.webhooks if one.channel.name == inbound.channel)
    with pytest.raises(StoreUnavailable):
        await webhook.answers.answer_or_postpone(inbound, trial)
    own_valkey.start()


async def test_postponed_message_is_sealed(zin: House, own_valkey: Server) -> None:
    own_valkey.kill()
    await zin.post(SMS, sms("mon secret", "m1"))
    (row,) = await zin.database.rows(select(tables.promises))
    assert not {"90000001", "secret"} & set(str(row).replace("'", " ").split())
    assert "90000001" not in str(row)
    own_valkey.start()
