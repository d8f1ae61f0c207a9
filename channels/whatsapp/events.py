"""Parses a notification of WhatsApp's Cloud API into its events, in their order.

    entry[].changes[].value -> messages[] -> Inbound
                            -> statuses[] -> DeliveryReport, and OptOut if the citizen refuses further messages;
                                             UnknownReport for a status that Meta does not document

An item that is not for us (another number, a group, a reaction, a kind of message not named here) or that has an
invalid field is skipped, so that the other items are still read. A citizen has a phone number, or since 2026 possibly
only a user id of Meta (BSUID, as US.1234). Sources, below developers.facebook.com/documentation/business-messaging/
whatsapp: webhooks/reference/messages and business-scoped-user-ids; real requests in tests/data/payloads/whatsapp.jsonl.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from channels.contracts.channel import cut, scalar
from channels.contracts.message_channel import ChannelEvent, DeliveryReport, OptOut, UnknownReport
from channels.contracts.phone_numbers import normalize_number
from channels.contracts.request_body import json_value
from channels.contracts.sender import Reported
from state.errors import BadRequest
from state.interfaces import MAX_MARK, MAX_MESSAGE, Inbound, Recipient
from state.text.positions import geo_uri

GATEWAY: Final = "whatsapp"
ACCOUNT: Final = "whatsapp_business_account"
NAME: Final = re.compile(rf"[!-~]{{1,{MAX_MESSAGE}}}")
ADDRESS: Final = re.compile(r"[0-9]{1,20}|[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")
MOMENT: Final = re.compile(r"[1-9][0-9]{0,10}")
CODE: Final = re.compile(r"[0-9]{1,9}")
MARKED: Final = re.compile(r"[0-9a-z]{1,14}\.[!-~]{1,14}")
STATES: Final[Mapping[str, Reported | None]] = {
    "delivered": "delivered",
    "read": "delivered",
    "played": "delivered",
    "failed": "failed",
    **dict.fromkeys(("accepted", "sent", "pending", "warning", "deleted")),  # not final
}
STOPPED: Final = "131050"  # the citizen asked WhatsApp for no more messages from this number

Json = Mapping[str, Any]


def parse_body(raw: bytes) -> Json:
    """Parse a body. Raises BadRequest."""
    payload = json_value(raw)
    if not isinstance(payload, dict) or payload.get("object") != ACCOUNT:
        raise BadRequest(f"no object of {ACCOUNT}")
    return payload


def parse_events(payload: Json, phone_id: str) -> Iterator[ChannelEvent]:
    """The events of a notification for this phone id, or for every one if it is ""."""
    for value in _values(payload):
        if phone_id in ("", _object(value, "metadata").get("phone_number_id")):
            for message in _objects(value, "messages"):
                yield from _messages(message, value)
            for status in _objects(value, "statuses"):
                yield from _reports(status)


def is_name(named: object) -> bool:
    """Whether this can be the id of a message."""
    return isinstance(named, str) and bool(NAME.fullmatch(named))


def reference(named: str) -> str:
    """Hash the id of a sent message for the outbox, because the id contains the phone number in base64.

    The hash needs no key: an id also contains at least 64 random bits.
    """
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def _values(payload: Json) -> Iterator[Json]:
    """The values of all changes in the field `messages`."""
    for entry in _objects(payload, "entry"):
        yield from (_object(one, "value") for one in _objects(entry, "changes") if one.get("field") == "messages")


def _messages(message: Json, value: Json) -> Iterator[Inbound]:
    content, address, named = _content(message), _address(message, value), message.get("id")
    moment = scalar(message.get("timestamp"))
    if content is None or not address or not is_name(named) or message.get("group_id") is not None:
        return
    if MOMENT.fullmatch(moment):
        mark, text = content
        to = Recipient(GATEWAY, address, float(moment))
        yield Inbound(
            GATEWAY,
            _citizen(address),
            "",
            text,
            inputs_are_cumulative=False,
            message=str(named),
            button_mark=mark,
            reply_to=to,
        )


def _content(message: Json) -> tuple[str, str] | None:
    """The mark of a pressed button ("" for a text) and the input; None for a kind of message that is not answered."""
    match message.get("type"):
        case "text":
            return _text(_object(message, "text").get("body"))
        case "interactive":
            part = _object(message, "interactive")
            return _button(_object(part, scalar(part.get("type"))).get("id"))
        case "button":  # of a template: its payload is ours only if it has a mark
            button = _object(message, "button")
            payload = button.get("payload")
            ours = isinstance(payload, str) and MARKED.fullmatch(payload)
            return _button(payload) if ours else _text(button.get("text"))
        case "image" | "video" | "document" as kind:
            return _text(_object(message, kind).get("caption") or "")
        case "audio" | "sticker" | "location" | "contacts" | "order":
            place = _object(message, "location")
            return _text(geo_uri(place.get("latitude"), place.get("longitude")))
    return None


def _text(text: object) -> tuple[str, str] | None:
    """A text, cut to MAX_TEXT."""
    return ("", cut(text)) if isinstance(text, str) else None


def _button(data: object) -> tuple[str, str] | None:
    if content := _text(data):
        mark, _, text = content[1].partition(".")
        return (mark[:MAX_MARK], text) if mark and text else content
    return None


def _address(message: Json, value: Json) -> str:
    """The sender's address exactly as Meta writes it, because Meta accepts no other form; "" if there is none."""
    named = message.get("from_user_id")
    contacts = [one for one in _objects(value, "contacts") if not named or one.get("user_id") == named]
    contact = contacts[0] if len(contacts) == 1 else {}  # with several contacts, the sender is unknown
    address = message.get("from") or contact.get("wa_id") or named or contact.get("user_id")
    return address if isinstance(address, str) and ADDRESS.fullmatch(address) else ""


def _citizen(address: str) -> str:
    """The citizen with this address: the phone number in E.164, else Meta's user id."""
    if not address.isdecimal():
        return address
    try:
        return normalize_number(f"+{address}")
    except BadRequest:
        return f"wa:{address}"


def _reports(status: Json) -> Iterator[ChannelEvent]:
    named, written = status.get("id"), scalar(status.get("status"))
    known = written.strip().lower()
    if not is_name(named):
        return
    if known not in STATES:
        yield UnknownReport(GATEWAY, written)
        return
    state = STATES[known]
    if state is None:
        return
    codes = [code for one in _objects(status, "errors") if CODE.fullmatch(code := scalar(one.get("code")))]
    why = next(iter(codes), "unknown") if state == "failed" else ""
    yield DeliveryReport(GATEWAY, reference(str(named)), state, why)
    address = scalar(status.get("recipient_id") or status.get("recipient_user_id"))
    if state == "failed" and STOPPED in codes and ADDRESS.fullmatch(address):
        yield OptOut(Recipient(GATEWAY, address), for_good=True)


def _object(holder: Json, name: str) -> Json:
    part = holder.get(name)
    return part if isinstance(part, dict) else {}


def _objects(holder: Json, name: str) -> Iterator[Json]:
    parts = holder.get(name)
    return (part for part in parts if isinstance(part, dict)) if isinstance(parts, list) else iter(())
