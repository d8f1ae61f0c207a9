"""Messages by Telegram, over HTTP to its API on this machine, and what each answer means."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest

from channels.contracts.sender import NeedsOperator, PermanentFailure, RetryLater
from channels.telegram import sender as telegram_sender
from channels.telegram.sender import TelegramSender
from tests.channels.telegram.messages import MESSAGE, settings
from tests.support.sms_gateway import FakeAnswer
from tests.support.telegram_api import CHAT, TOKEN, FakeTelegram


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
