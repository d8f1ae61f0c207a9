"""What each answer of Telegram's API means for a message."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.contracts.sender import NeedsOperator, PermanentFailure, RetryLater
from channels.telegram.sender import MAX_BYTES, TelegramSender
from tests.channels.telegram.messages import MESSAGE
from tests.support.sms_gateway import FakeAnswer
from tests.support.telegram_api import CHAT, FakeTelegram, failure

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
