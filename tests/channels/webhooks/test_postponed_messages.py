"""While Valkey is away a message is postponed: behind the earlier ones, within limits, and never a STOP too late."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from channels.deferred.postponed import PostponedMessages
from channels.workers.postponed_messages import PostponedWorker
from database import tables
from state.errors import StoreUnavailable
from state.interfaces import Inbound, Recipient
from tests.channels.webhooks.test_messages import SMS, TELEGRAM, sms, update
from tests.support.message_server import House
from tests.support.valkey import Server

pytestmark = pytest.mark.slow

ANA = Recipient("sms", "+2290190000001")


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
