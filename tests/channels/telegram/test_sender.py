"""Messages by Telegram, over HTTP to its API on this machine, and what each answer means."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from channels.telegram import sender as telegram_sender
from channels.telegram.sender import MAX_BYTES, TelegramSender
from settings import Settings
from state.interfaces import Card
from tests.support.sms_gateway import FakeAnswer
from tests.support.telegram_api import CHAT, TOKEN, FakeTelegram, failure, fake_telegram

SECRET = "a-word-that-comes-with-updates"
CARD = Card(
    "Quel examen ?", (("3f2a91.1", "BAC"), ("3f2a91.2", "BEPC"), ("3f2a91.0", "Retour"), ("3f2a91.98", "Suite"))
)
MESSAGE = Message("k1", "telegram", str(CHAT), "Quel examen ?\n1. BAC\n2. BEPC\n0. Retour\n98. Suite", card=CARD)


def settings(url: str, token: str = TOKEN, secret: str = SECRET) -> Settings:
    return Settings(telegram_token=SecretStr(token), telegram_secret=SecretStr(secret), telegram_url=url)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with fake_telegram() as telegram:
        yield telegram


@pytest.fixture
async def sender(telegram: FakeTelegram) -> AsyncIterator[TelegramSender]:
    sender = TelegramSender(settings(telegram.url))
    yield sender
    await sender.close()


async def test_screen_is_sent_with_option_buttons(telegram: FakeTelegram, sender: TelegramSender) -> None:
    await sender.send(MESSAGE)
    (sent,) = telegram.messages
    assert sent == {
        "chat_id": CHAT,
        "text": "Quel examen ?",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "BAC", "callback_data": "3f2a91.1"}],
                [{"text": "BEPC", "callback_data": "3f2a91.2"}],
                [
                    {"text": "Retour", "callback_data": "3f2a91.0"},
                    {"text": "Suite", "callback_data": "3f2a91.98"},
                ],
            ]
        },
    }


async def test_text_without_card_is_sent_unchanged(telegram: FakeTelegram, sender: TelegramSender) -> None:
    await sender.send(replace(MESSAGE, text="Résultat : « admis » ɖɛ 🎓", card=None))
    (sent,) = telegram.messages
    assert (sent["text"], "reply_markup" in sent) == ("Résultat : « admis » ɖɛ 🎓", False)


async def test_reference_distinguishes_chats_and_hides_their_ids(telegram: FakeTelegram) -> None:
    telegram.instead = FakeAnswer('{"ok": true, "result": {"message_id": 41}}', 200)
    one, other = (TelegramSender(settings(telegram.url, token)) for token in (TOKEN, "2:another"))
    away = replace(MESSAGE, address="7000000002")
    here, there, elsewhere = await one.send(MESSAGE), await one.send(away), await other.send(MESSAGE)
    assert len({here, there, elsewhere}) == 3
    assert here == await one.send(MESSAGE)
    for reference in (here, there, elsewhere):
        assert re.fullmatch(r"41\.[0-9a-f]{16}", reference)
        assert "700000000" not in reference
    await asyncio.gather(one.close(), other.close())


async def test_many_messages_share_few_connections(telegram: FakeTelegram, sender: TelegramSender) -> None:
    references = [await sender.send(MESSAGE) for _ in range(5)]
    assert len(telegram.connections) == 1
    references += await asyncio.gather(*(sender.send(MESSAGE) for _ in range(20)))
    assert len(set(references)) == len(telegram.messages) == 25
    assert len(telegram.connections) <= 20


async def test_closed_sender_can_send_again(sender: TelegramSender) -> None:
    await sender.close()
    await sender.send(MESSAGE)
    await sender.close()
    assert await sender.send(MESSAGE)


LONG = json.dumps({"ok": True, "result": {"message_id": 1, "text": "x" * MAX_BYTES}})
MOVED = failure(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100123)
MEANT = [
    (failure(400, "Bad Request: chat not found"), PermanentFailure, "chat_not_found"),
    (failure(400, "Bad Request: message is too long"), PermanentFailure, "message_too_long"),
    (failure(400, "Bad Request: MESSAGE_TOO_LONG"), PermanentFailure, "message_too_long"),
    (failure(400, f"Bad Request: user {CHAT} is strange"), PermanentFailure, "refused"),
    (failure(400, ""), PermanentFailure, "refused"),
    (MOVED, PermanentFailure, "refused"),
    (FakeAnswer("[]", 400), PermanentFailure, "refused"),
    (failure(403, "Forbidden: bot was blocked by the user"), PermanentFailure, "blocked"),
    (failure(403, "Forbidden: user is deactivated"), PermanentFailure, "blocked"),
    (failure(401, "Unauthorized"), NeedsOperator, "wrong_token"),
    (failure(404, "Not Found"), NeedsOperator, "wrong_token"),
    (FakeAnswer("<html>", 404, "text/html"), NeedsOperator, "wrong_token"),
    (FakeAnswer("", 302, headers={"Location": "http://127.0.0.1:1/"}), NeedsOperator, "status_302"),
    (FakeAnswer("", 405), NeedsOperator, "status_405"),
    (failure(429, "Too Many Requests: retry after 7", retry_after=7), RetryLater, "too_many"),
    (failure(500, "Internal Server Error"), RetryLater, "status_500"),
    (FakeAnswer("<html>bad gateway", 502, "text/html"), RetryLater, "status_502"),
    (FakeAnswer('{"ok": false, "result": {"message_id": 1}}', 200), RetryLater, "refused"),
    (FakeAnswer('{"ok": false, "error_code": 403}', 200), PermanentFailure, "blocked"),
    (FakeAnswer("", 200, closes=True), RetryLater, "ServerDisconnectedError"),
]


@pytest.mark.parametrize(("answer", "error", "why"), MEANT, ids=[f"{row[0].status} {row[2]}" for row in MEANT])
async def test_every_answer_means_one_thing(
    telegram: FakeTelegram, sender: TelegramSender, answer: FakeAnswer, error: type[Exception], why: str
) -> None:
    telegram.instead = answer
    with pytest.raises(error) as raised:
        await sender.send(MESSAGE)
    assert str(raised.value) == why
    assert len(telegram.called) == 1


TAKEN = [
    FakeAnswer("", 200),
    FakeAnswer("sent", 200, "text/plain"),
    FakeAnswer("[1]", 200),
    FakeAnswer('{"ok": true}', 200),
    FakeAnswer('{"ok": true}', 502),
    FakeAnswer(LONG, 200),
    FakeAnswer("{}", 200, headers={"Content-Encoding": "gzip"}),
]


@pytest.mark.parametrize("answer", TAKEN, ids=[f"{one.status} {one.body[:20]}" for one in TAKEN])
async def test_unreadable_success_has_taken_the_message(
    telegram: FakeTelegram, sender: TelegramSender, answer: FakeAnswer
) -> None:
    telegram.instead = answer
    assert await sender.send(MESSAGE) == ""
    assert len(telegram.called) == 1


@pytest.mark.parametrize(
    "body", ['{"ok": true, "result": {"message_id": "1"}}', '{"result": {"message_id": 1.0}}'], ids=["text", "no ok"]
)
async def test_number_of_a_message_is_read_in_any_form(
    telegram: FakeTelegram, sender: TelegramSender, body: str
) -> None:
    telegram.instead = FakeAnswer(body, 200)
    assert (await sender.send(MESSAGE)).startswith("1.")


PAUSES = [
    ({"retry_after": 7}, 7.0),
    ({"retry_after": 0.5}, 1.0),
    ({"retry_after": -3}, 0.0),
    ({"retry_after": 10**18}, 900.0),
    ({"retry_after": "7"}, 7.0),
    ({}, 0.0),
    ([7], 0.0),
    (None, 0.0),
]


@pytest.mark.parametrize(("parameters", "seconds"), PAUSES, ids=[str(row[0]) for row in PAUSES])
async def test_retry_after_is_passed_on(
    telegram: FakeTelegram, sender: TelegramSender, parameters: Any, seconds: float
) -> None:
    telegram.instead = FakeAnswer(json.dumps({"ok": False, "error_code": 429, "parameters": parameters}), 429)
    with pytest.raises(RetryLater, match="too_many") as later:
        await sender.send(MESSAGE)
    assert later.value.seconds == seconds


async def test_slow_or_absent_telegram_is_retried(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_sender, "SECONDS", 0.2)
    hasty = TelegramSender(settings(telegram.url))
    telegram.instead = FakeAnswer("{}", 200, seconds=5)
    with pytest.raises(RetryLater, match="TimeoutError"):
        await hasty.send(MESSAGE)
    await hasty.close()
    nowhere = TelegramSender(settings("http://127.0.0.1:1"))
    with pytest.raises(RetryLater, match="ClientConnectorError") as raised:
        await nowhere.send(MESSAGE)
    assert TOKEN not in "".join(map(repr, (raised.value, raised.value.__cause__)))
    await nowhere.close()


async def test_unknown_token_needs_an_operator(telegram: FakeTelegram) -> None:
    sender = TelegramSender(settings(telegram.url, "110201543:mistyped"))
    with pytest.raises(NeedsOperator, match="wrong_token"):
        await sender.send(MESSAGE)
    await sender.close()


@pytest.mark.parametrize("address", ["", "MTN", "+2290190000001.", "@zin", "7000000001x"])
async def test_an_impossible_address_never_leaves(telegram: FakeTelegram, sender: TelegramSender, address: str) -> None:
    with pytest.raises(PermanentFailure, match="impossible_address"):
        await sender.send(replace(MESSAGE, address=address))
    assert telegram.called == []


async def test_unknown_chat_is_a_permanent_failure(sender: TelegramSender) -> None:
    with pytest.raises(PermanentFailure, match="chat_not_found"):
        await sender.send(replace(MESSAGE, address="1"))
