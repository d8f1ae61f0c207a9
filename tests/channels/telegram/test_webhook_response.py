"""Our response to an update of Telegram: a message, an acknowledged button, or nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contracts.request_body import JSON
from state.interfaces import Card, Inbound, Recipient, Reply
from tests.support.telegram_api import CHAT, complaint
from tests.support.telegram_updates import TELEGRAM

WRITTEN = Inbound("telegram", f"tg:{CHAT}", "", "1", False, message="1", reply_to=Recipient("telegram", str(CHAT)))
PRESSED = Inbound("telegram", f"tg:{CHAT}", "q1", "1", False, message="2", reply_to=Recipient("telegram", str(CHAT)))
CARD = Card("Quel examen ?", (("3f2a91.1", "BAC"), ("3f2a91.0", "Retour"), ("3f2a91.00", "Accueil")))
REPLY = Reply("Quel examen ?\n1. BAC\n0. Retour\n00. Accueil", ends_session=False, card=CARD)


def thanks(inbound: Inbound | None, reply: Reply | None) -> dict[str, Any]:
    response = TELEGRAM.acknowledge(inbound, reply)
    assert (response.status, response.content_type) == (200, JSON)
    assert isinstance(response.body, bytes)
    read_back: dict[str, Any] = json.loads(response.body)
    return read_back


def test_response_carries_the_reply() -> None:
    assert TELEGRAM.replies_inline(WRITTEN)
    assert thanks(WRITTEN, REPLY) == {
        "method": "sendMessage",
        "chat_id": CHAT,
        "text": "Quel examen ?",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "BAC", "callback_data": "3f2a91.1"}],
                [
                    {"text": "Retour", "callback_data": "3f2a91.0"},
                    {"text": "Accueil", "callback_data": "3f2a91.00"},
                ],
            ]
        },
    }


@pytest.mark.parametrize(
    "card", [None, Card(""), Card("Fin."), Card("", CARD.buttons), Card("?", (("m.1", "x" * 65),))]
)
def test_reply_without_valid_card_is_text(card: Card | None) -> None:
    response = thanks(WRITTEN, Reply(REPLY.text, ends_session=True, card=card))
    assert (response["text"], "reply_markup" in response) == (REPLY.text, False)


@pytest.mark.parametrize("reply", [None, REPLY], ids=["answered later", "answered now"])
def test_pressed_button_is_acknowledged_and_answered_separately(reply: Reply | None) -> None:
    assert not TELEGRAM.replies_inline(PRESSED)
    assert thanks(PRESSED, reply) == {"method": "answerCallbackQuery", "callback_query_id": "q1"}


@pytest.mark.parametrize(("inbound", "reply"), [(None, None), (None, REPLY), (WRITTEN, None)])
def test_event_without_reply_gets_an_empty_response(inbound: Inbound | None, reply: Reply | None) -> None:
    response = TELEGRAM.acknowledge(inbound, reply)
    assert (response.status, response.body) == (200, b"")


BUTTONS = st.lists(st.tuples(st.from_regex(r"[0-9a-f]{6}\.[0-9]{1,3}", fullmatch=True), st.text(max_size=70)))


@given(text=st.text(min_size=1, max_size=4096).filter(str.strip), say=st.text(), buttons=BUTTONS)
def test_telegram_takes_any_answer(text: str, say: str, buttons: list[tuple[str, str]]) -> None:
    reply = Reply(text[:2000], ends_session=False, card=Card(say, tuple(buttons)))
    if reply.text.strip():
        assert complaint(thanks(WRITTEN, reply)) == ""
