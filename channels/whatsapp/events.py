"""What a notice of WhatsApp's Cloud API says: several things in one request, in its order.

    entry[].changes[].value -> messages[] -> Inbound
                            -> statuses[] -> Report, and Leaving for somebody who wants no more

What is not for us (another number, a group, a reaction, a kind of message not named here) and what holds an impossible
field counts as nothing, so that it takes none of its neighbours with it. Somebody may have a phone number, or since
2026 a name of Meta's only (BSUID, as US.1234). Sources, below developers.facebook.com/documentation/business-messaging/
whatsapp: webhooks/reference/messages and business-scoped-user-ids; real requests in tests/data/payloads/whatsapp.jsonl.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from channels.contracts.channel import cut, scalar
from channels.contracts.message_channel import ChannelEvent, DeliveryReport, OptOut
from channels.contracts.phone_numbers import normalize_number
from channels.contracts.sender import Reported
from state.errors import BadRequest
from state.interfaces import MAX_MARK, MAX_MESSAGE, Inbound, Recipient

GATEWAY: Final = "whatsapp"
ACCOUNT: Final = "whatsapp_business_account"
NAME: Final = re.compile(rf"[!-~]{{1,{MAX_MESSAGE}}}")
ADDRESS: Final = re.compile(r"[0-9]{1,20}|[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")
MOMENT: Final = re.compile(r"[1-9][0-9]{0,10}")
CODE: Final = re.compile(r"[0-9]{1,9}")
MARKED: Final = re.compile(r"[0-9a-z]{1,14}\.[!-~]{1,14}")
STATES: Final[Mapping[str, Reported]] = {
    "delivered": "delivered",
    "read": "delivered",
    "played": "delivered",
    "failed": "failed",
}
STOPPED: Final = "131050"  # the citizen told WhatsApp that no more is wanted from this number

Json = Mapping[str, Any]


def parse_body(raw: bytes) -> Json:
    """A body as JSON; by json, since orjson refuses the whole for half of an emoji in one text. Raises BadRequest."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadRequest("no JSON") from None
    if not isinstance(told, dict) or told.get("object") != ACCOUNT:
        raise BadRequest(f"no object of {ACCOUNT}")
    return told


def parse_events(told: Json, phone_id: str) -> Iterator[ChannelEvent]:
    """What a notice says to this number, "" for any."""
    for value in _values(told):
        if phone_id in ("", _object(value, "metadata").get("phone_number_id")):
            for message in _objects(value, "messages"):
                yield from _heard(message, value)
            for status in _objects(value, "statuses"):
                yield from _reported(status)


def is_name(named: object) -> bool:
    """Whether a message can have this name."""
    return isinstance(named, str) and bool(NAME.fullmatch(named))


def reference(named: str) -> str:
    """What the outbox keeps of the name of a message that was sent: the name itself holds the phone number, in base64.

    Not keyed, for a name also holds 64 random bits or more.
    """
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def _values(told: Json) -> Iterator[Json]:
    """What changed in conversations."""
    for entry in _objects(told, "entry"):
        yield from (_object(one, "value") for one in _objects(entry, "changes") if one.get("field") == "messages")


def _heard(message: Json, value: Json) -> Iterator[Inbound]:
    meant, address, named = _meant(message), _address(message, value), message.get("id")
    moment = scalar(message.get("timestamp"))
    if meant is None or not address or not is_name(named) or message.get("group_id") is not None:
        return
    if MOMENT.fullmatch(moment):
        mark, text = meant
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


def _meant(message: Json) -> tuple[str, str] | None:
    """The mark of what was pressed, "" where words were written, and the words; None for what nobody answers."""
    match message.get("type"):
        case "text":
            return _typed(_object(message, "text").get("body"))
        case "interactive":
            part = _object(message, "interactive")
            return _pressed(_object(part, scalar(part.get("type"))).get("id"))
        case "button":  # of a template: what it sends is ours only if we gave it a mark
            button = _object(message, "button")
            payload = button.get("payload")
            ours = isinstance(payload, str) and MARKED.fullmatch(payload)
            return _pressed(payload) if ours else _typed(button.get("text"))
        case "image" | "video" | "document" as kind:
            return _typed(_object(message, kind).get("caption") or "")
        case "audio" | "sticker" | "location" | "contacts" | "order":
            return _typed("")
    return None


def _typed(text: object) -> tuple[str, str] | None:
    """A text, cut to the longest; half of a sign that UTF-16 writes in two becomes a question mark."""
    return ("", cut(text).encode("utf-8", "replace").decode()) if isinstance(text, str) else None


def _pressed(data: object) -> tuple[str, str] | None:
    if typed := _typed(data):
        mark, _, text = typed[1].partition(".")
        return (mark[:MAX_MARK], text) if mark and text else typed
    return None


def _address(message: Json, value: Json) -> str:
    """Where who wrote this is written to, as Meta has it, since it answers to nothing else; "" if that is not told."""
    named = message.get("from_user_id")
    contacts = [one for one in _objects(value, "contacts") if not named or one.get("user_id") == named]
    contact = contacts[0] if len(contacts) == 1 else {}  # of several, nothing says which one wrote
    told = message.get("from") or contact.get("wa_id") or named or contact.get("user_id")
    return told if isinstance(told, str) and ADDRESS.fullmatch(told) else ""


def _citizen(address: str) -> str:
    """Who that is: the phone number in its one form, else the name that Meta gave."""
    if not address.isdecimal():
        return address
    try:
        return normalize_number(f"+{address}")
    except BadRequest:
        return f"wa:{address}"


def _reported(status: Json) -> Iterator[ChannelEvent]:
    named, state = status.get("id"), STATES.get(scalar(status.get("status")))
    if state is None or not is_name(named):
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
