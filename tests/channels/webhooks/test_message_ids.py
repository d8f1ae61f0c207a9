"""Gateways may give two citizens' messages one id, by mistake or since ids begin anew: each citizen gets an answer.

Whatever is kept under the name of a message holds the citizen and the channel too, on every channel.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.webhooks.test_messages import SMS, WHATSAPP, sms, whatsapp
from tests.support.city import city
from tests.support.message_server import MESSAGE_CHANNELS, House, Row, house
from tests.support.telegram_api import CHAT

pytestmark = pytest.mark.slow

NUMBERS = ("2290190000001", "2290190000002")
TELEGRAM = next(one for one in MESSAGE_CHANNELS if one.name == "telegram")


@pytest.fixture
async def zin(valkey_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(valkey_url, tmp_path) as zin:
        yield zin


def telegram(chat: int, pressed: bool) -> Row:
    private = {"id": chat, "type": "private"}
    update: dict[str, object] = {"update_id": 1}
    if pressed:
        update["callback_query"] = {"id": "4382", "from": private, "message": {"chat": private}, "data": "00"}
    else:
        update["message"] = {"message_id": 1, "date": 1_795_500_300, "chat": private, "text": "bonjour"}
    return {"body": json.dumps(update), "content_type": "application/json"}


async def test_sms_of_two_phones_may_share_ids(zin: House) -> None:
    for number in (*NUMBERS, *NUMBERS):
        assert (await zin.post(SMS, sms("bonjour", "one", f"%2B{number}")))[0] == 200
    assert len(await zin.outbox()) == 2


async def test_whatsapp_messages_of_two_numbers_may_share_ids(zin: House) -> None:
    both = json.loads(whatsapp("bonjour", "bonjour")["body"])
    ids = {one["id"] for one in both["entry"][0]["changes"][0]["value"]["messages"]}
    assert len(ids) == 1
    for _ in range(2):
        await zin.post(WHATSAPP, {"body": json.dumps(both), "content_type": "application/json"})
    await zin.posted(2)
    assert len(await zin.outbox()) == 2


async def test_updates_of_two_chats_may_share_ids(zin: House) -> None:
    answers = [await zin.post(TELEGRAM, telegram(chat, pressed=False)) for chat in (CHAT, CHAT + 1)]
    assert [json.loads(answer)["chat_id"] for _, answer in answers] == [CHAT, CHAT + 1]
    for chat in (CHAT + 2, CHAT + 3):
        await zin.post(TELEGRAM, telegram(chat, pressed=True))
    assert len(await zin.outbox()) == 2


async def test_calls_of_two_phones_may_share_ids(valkey_url: str, tmp_path: Path) -> None:
    async with city(valkey_url, tmp_path) as zin:
        for number in NUMBERS:
            for text in ("", "1", "1*3", "1*3*1", "1*3*1*12345", "1*3*1*12345*3"):
                form = {"sessionId": "one", "serviceCode": "*384*229#", "phoneNumber": f"+{number}", "text": text}
                async with zin.client.post("/ussd/africastalking/demo", data=form) as answer:
                    assert answer.status == 200
        await zin.came(lambda: len(zin.sms.forms) == 2)
        assert {form["to"] for form in zin.sms.forms} == {f"+{number}" for number in NUMBERS}


async def test_late_messages_are_deferred_for_each_citizen(zin: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WHATSAPP.__class__, "response_deadline", 0.0)
    assert (await zin.post(WHATSAPP, whatsapp("bonjour", "bonjour")))[0] == 200
    assert (await zin.parts.messaging.promises.waiting())["message"] == 2
