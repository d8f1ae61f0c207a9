"""Length of what a channel reads: text, session, message, button mark, network and number of a citizen."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels import open_channels, open_message_channels
from channels.contracts.channel import SESSION, Channel
from channels.contracts.message_channel import MessageChannel
from channels.contracts.phone_numbers import MAX_WRITTEN, normalize_number
from channels.contracts.request_body import FORM, JSON
from channels.telegram.webhook import HEADER as TELEGRAM_SECRET
from channels.whatsapp.webhook import HEADER as WHATSAPP_SIGNATURE
from settings import Settings
from state.errors import BadRequest
from state.interfaces import MAX_JOINED, MAX_MARK, MAX_MESSAGE, MAX_NETWORK, MAX_TEXT, Inbound
from tests.support.long_texts import SIGNS
from tests.support.webhook_requests import webhook_request

LONG = st.builds(lambda sign, times: sign * times, st.sampled_from(SIGNS), st.integers(1, 3000))
TEXTS = st.one_of(st.text(max_size=40), LONG, st.builds("".join, st.lists(LONG, max_size=3)))
GATEWAYS: dict[str, Channel | MessageChannel] = {
    **{one.name: one for one in open_channels(Settings(env="demo"))},
    **{one.name: one for one in open_message_channels(Settings(env="demo"))},
}


def _form(**fields: str) -> tuple[bytes, str]:
    return urlencode({name: value.encode("utf-8", "replace") for name, value in fields.items()}).encode(), FORM


def _json(payload: Any) -> tuple[bytes, str]:
    return json.dumps(payload).encode(), JSON


def _whatsapp(text: str, other: str) -> tuple[bytes, str]:
    pressed = {"type": "list_reply", "list_reply": {"id": f"{other}.{text}", "title": "x"}}
    kinds = [{"type": "text", "text": {"body": text}}, {"type": "interactive", "interactive": pressed}]
    common = {"from": "2290190000001", "timestamp": "1795500000"}
    sent = [{**common, "id": f"wamid.{number}", **kind} for number, kind in enumerate(kinds)]
    changes = [{"field": "messages", "value": {"metadata": {"phone_number_id": "1"}, "messages": sent}}]
    return _json({"object": "whatsapp_business_account", "entry": [{"changes": changes}]})


def _telegram(text: str, other: str) -> tuple[bytes, str]:
    chat = {"id": 7, "type": "private"}
    query = {"id": other, "from": {"id": 7}, "data": f"{other}.{text}", "message": {"chat": chat}}
    written = {"message": {"date": 1, "chat": chat, "text": text}}
    return _json({"update_id": 1, **(written if len(other) % 2 else {"callback_query": query})})


PHONE = "+2290190000001"
# What each gateway brings for a text and for something else that it chooses: a session, a network, a mark.
BRINGS: dict[str, Callable[[str, str], tuple[bytes, str]]] = {
    "africastalking_ussd": lambda text, other: _form(
        sessionId="s1", serviceCode="*384#", phoneNumber=PHONE, text=text, networkCode=other
    ),
    "madapi": lambda text, other: _json(
        {"sessionId": "s1", "serviceCode": "*384#", "msisdn": PHONE, "ussdString": text, "messageType": "1"}
    ),
    "africastalking_sms": lambda text, other: _form(**{"id": "m1", "from": PHONE, "text": text, "networkCode": other}),
    "whatsapp": _whatsapp,
    "telegram": _telegram,
}
ELSEWHERE: Final = {"africastalking_events", "africastalking_reports", "africastalking_optouts"}  # no citizen's text


def test_every_channel_is_tested() -> None:
    assert set(BRINGS) | ELSEWHERE == set(GATEWAYS)


async def read(name: str, body: bytes, content_type: str) -> list[Inbound]:
    signed = "sha256=" + hmac.digest(b"demo", body, "sha256").hex()
    headers = {"Content-Type": content_type, TELEGRAM_SECRET: "demo", WHATSAPP_SIGNATURE: signed}
    try:
        said: Any = GATEWAYS[name].read(webhook_request(body, headers=headers))
    except BadRequest:
        return []
    return [one for one in (said if isinstance(said, tuple) else (said,)) if isinstance(one, Inbound)]


@pytest.mark.parametrize("name", sorted(BRINGS))
async def test_channel_reads_a_short_text(name: str) -> None:
    """Otherwise the lengths below are those of nothing."""
    assert await read(name, *BRINGS[name]("12345", "x"))


@pytest.mark.parametrize("name", sorted(BRINGS))
@settings(max_examples=60)
@given(text=TEXTS, other=TEXTS)
async def test_channel_input_has_a_maximum_length(name: str, text: str, other: str) -> None:
    for inbound in await read(name, *BRINGS[name](text, other)):
        assert len(inbound.text) <= (MAX_JOINED if inbound.inputs_are_cumulative else MAX_TEXT)
        assert not inbound.session or SESSION.fullmatch(inbound.session)
        assert len(inbound.message) <= MAX_MESSAGE
        assert len(inbound.button_mark) <= MAX_MARK
        assert len(inbound.network) <= MAX_NETWORK
        assert len(inbound.citizen) <= MAX_MESSAGE


@pytest.mark.parametrize("name", ["africastalking_sms", "whatsapp", "telegram"])
async def test_blanks_around_a_message_are_stripped_first(name: str) -> None:
    found = await read(name, *BRINGS[name](" " * 5000 + "STOP" + " " * 400, "x"))
    assert found
    for inbound in found:
        assert inbound.text == "STOP" or inbound.button_mark


def test_text_too_long_for_a_number_is_refused() -> None:
    assert normalize_number("+229 01 90 00 00 01".ljust(MAX_WRITTEN)) == PHONE
    with pytest.raises(BadRequest):
        normalize_number("+229 01 90 00 00 01".ljust(MAX_WRITTEN + 1))
