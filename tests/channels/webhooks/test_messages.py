"""What the webhook makes of messages: heard once, within the gateway's patience, and never lost."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.deferred.repository import DeferredRepository
from channels.outbox.repository import Outbox
from channels.webhooks.messages import MessageWebhook
from channels.workers.deferred_answers import DeferredWorker
from database import open_database
from database.encryption import Seal
from database.leased_queue import LEASE_SECONDS
from settings import Settings
from state.errors import SourceUnavailable
from state.interfaces import Recipient
from tests.support.message_server import MESSAGE_CHANNELS, House, Row, house

pytestmark = pytest.mark.slow

NOW = 1_795_500_300.0


@pytest.fixture
async def zin(valkey_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(valkey_url, tmp_path) as zin:
        yield zin


SMS = next(one for one in MESSAGE_CHANNELS if one.name == "africastalking_sms")
WHATSAPP = next(one for one in MESSAGE_CHANNELS if one.name == "whatsapp")


def sms(text: str, named: str, number: str = "%2B2290190000001") -> Row:
    body = f"text={text}&to=5000&id={named}&from={number}"
    return {"body": body, "content_type": "application/x-www-form-urlencoded"}


async def test_simultaneous_copies_are_answered_once(zin: House) -> None:
    await asyncio.gather(*(zin.post(SMS, sms("bonjour", "one")) for _ in range(8)))
    assert len(await zin.outbox()) == 1


async def test_one_number_cannot_make_zin_send_without_end(zin: House) -> None:
    most = Settings().sms_replies_per_hour
    for number in range(most + 5):
        assert (await zin.post(SMS, sms("bonjour", f"m{number}")))[0] == 200
    posted = await zin.outbox()
    assert len(posted) == most
    assert sum(row["text"].startswith("Trop de messages") for row in posted) == 1
    await zin.post(SMS, sms("bonjour", "other", "%2B2290190000002"))
    assert len(await zin.outbox()) == most + 1


TELEGRAM = next(one for one in MESSAGE_CHANNELS if one.name == "telegram")


def update(named: int, chat: int = 7000000001) -> Row:
    message = {"date": 1_795_500_300, "chat": {"id": chat, "type": "private"}, "text": "bonjour"}
    return {"body": json.dumps({"update_id": named, "message": message}), "content_type": "application/json"}


async def test_rate_limited_chat_gets_one_warning(zin: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zin.parts.messaging.post, "_most_chat", 3)
    said = [(await zin.post(TELEGRAM, update(number)))[1] for number in range(5)]
    assert ["Bienvenue" in one for one in said] == [True, True, False, False, False]
    assert "Réessayez dans une heure" in said[2]
    assert said[3:] == ["", ""]
    assert "Bienvenue" in (await zin.post(TELEGRAM, update(9, chat=7000000002)))[1]


async def test_stop_ends_deferred_answers_but_not_replies(zin: House) -> None:
    rooms, who = zin.parts.messaging, Recipient("sms", "+2290190000001")
    await zin.post(SMS, sms("stop", "m1"))
    assert await rooms.post.send("k", who, "Nouvelle") == "stopped"
    await zin.post(SMS, sms("bonjour", "m2"))
    texts = [row["text"] for row in await zin.outbox()]
    assert len(texts) == 2
    assert any(text.startswith("C'est noté") for text in texts)


async def test_failing_database_gives_503(zin: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: object) -> bool:
        raise SourceUnavailable("made to fail")

    monkeypatch.setattr(zin.parts.messaging.outbox.__class__, "enqueue", down)
    assert (await zin.post(SMS, sms("bonjour", "m1")))[0] == 503
    monkeypatch.undo()
    assert (await zin.post(SMS, sms("bonjour", "m1")))[0] == 200
    (row,) = await zin.outbox()
    assert row["text"].startswith("Bienvenue")


def whatsapp(*texts: str, sent_at: float = NOW) -> Row:
    """One request with a message from each of several citizens."""
    messages = [
        {
            "from": f"22901900000{number:02}",
            "id": f"wamid.{text.encode().hex()}",
            "timestamp": str(round(sent_at)),
            "type": "text",
            "text": {"body": text},
        }
        for number, text in enumerate(texts)
    ]
    value = {"metadata": {"phone_number_id": "1"}, "messages": messages}
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    return {"body": json.dumps(body), "content_type": "application/json"}


async def test_slow_source_defers_the_answer(zin: House) -> None:
    await zin.post(WHATSAPP, whatsapp("bonjour"))
    zin.market.open.clear()  # beyond Meta's patience
    before = len(await zin.outbox())
    assert (await zin.post(WHATSAPP, whatsapp("secret")))[0] == 200
    await zin.post(WHATSAPP, whatsapp("sésame"))
    assert len(await zin.outbox()) <= before + 1
    assert (await zin.parts.messaging.promises.waiting())["message"] == 1
    zin.market.open.set()
    await zin.posted(before + 2)
    assert any("baobab" in row["text"] for row in await zin.outbox())


async def test_error_beside_a_late_answer_is_read(zin: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: object) -> bool:
        raise SourceUnavailable("made to fail")

    unread = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unread.append(context))
    monkeypatch.setattr(WHATSAPP.__class__, "response_deadline", 0.5)
    monkeypatch.setattr(Outbox, "enqueue", down)
    monkeypatch.setattr(DeferredRepository, "add", down)
    zin.market.seconds = 30.0
    assert (await zin.post(WHATSAPP, whatsapp("bonjour", "fruits")))[0] == 503
    gc.collect()
    assert unread == []


async def test_deferred_message_survives_a_killed_process(zin: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WHATSAPP.__class__, "response_deadline", 0.0)
    zin.market.seconds = 30.0
    assert (await zin.post(WHATSAPP, whatsapp("fruits")))[0] == 200  # opens a list of a source that is slow
    webhook = next(one for one in zin.webhooks if one.channel.name == "whatsapp")
    await webhook.close()  # as a process that is killed: nothing was posted
    assert await zin.outbox() == []
    zin.market.seconds = 0.0
    later = NOW + LEASE_SECONDS
    promises = DeferredRepository(open_database(zin.settings), Seal("demo"), lambda: later)
    rooms = zin.rooms_with(promises)
    assert await DeferredWorker(rooms, [MessageWebhook(WHATSAPP, zin.settings, lambda: later)]).round() == 1
    assert [row["gateway"] for row in await zin.outbox()] == ["whatsapp"]
    assert await promises.waiting() == {"answer": 0, "changes": 0, "message": 0}


async def test_citizens_are_answered_concurrently_and_in_order(zin: House) -> None:
    zin.market.seconds = 0.05
    texts = [f"secret {name}" for name in ("un", "deux", "trois", "quatre")]
    assert (await zin.post(WHATSAPP, whatsapp(*texts)))[0] == 200
    await zin.posted(len(texts))


async def test_old_message_is_not_answered(zin: House) -> None:
    assert (await zin.post(WHATSAPP, whatsapp("bonjour", sent_at=NOW - 7 * 24 * 3600)))[0] == 200
    assert await zin.outbox() == []
    assert (await zin.post(WHATSAPP, whatsapp("bonsoir", sent_at=NOW - 23 * 3600)))[0] == 200
    assert len(await zin.outbox()) == 1


async def test_whatsapp_answer_keeps_its_buttons(zin: House) -> None:
    await zin.post(WHATSAPP, whatsapp("bonjour"))
    (claimed,) = await zin.parts.messaging.outbox.claim("whatsapp", 5)
    card = claimed.message.card
    assert card
    assert (card.say, [label for _, label in card.buttons]) == (
        "Bienvenue",
        ["Secret", "Longue liste", "Au revoir", "Fruits"],
    )
    assert claimed.message.last_inbound_at == round(NOW)
