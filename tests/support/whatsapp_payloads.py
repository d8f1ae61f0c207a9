"""What Meta would send, signed, and what the channel makes of it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from typing import Any

from channels.contracts.message_channel import ChannelEvent
from channels.whatsapp.webhook import HEADER, Whatsapp
from tests.support.webhook_requests import webhook_request

SECRET, WORD = b"the-secret-of-the-app", "a-word-of-our-choice"
PHONE_ID = "1122078533503"
WHATSAPP = Whatsapp((SECRET,), (WORD.encode(),), "")
PHONE = "2290190000001"


def signature(body: bytes, secret: bytes = SECRET) -> str:
    return "sha256=" + hmac.digest(secret, body, "sha256").hex()


async def read(body: bytes, signed: str | None = None, channel: Whatsapp = WHATSAPP) -> Sequence[ChannelEvent]:
    """What is made of a body, without HTTP in between."""
    return channel.read(webhook_request(body, headers={HEADER: signature(body) if signed is None else signed}))


def notice(*messages: Any, **value: Any) -> bytes:
    fields = {"metadata": {"phone_number_id": PHONE_ID}, "messages": messages, **value}
    changes = [{"field": "messages", "value": fields}]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": changes}]}).encode()


def message(**fields: Any) -> dict[str, Any]:
    written = {"from": PHONE, "id": "wamid.own", "timestamp": "1764000000", "type": "text", "text": {"body": "BAC"}}
    return written | fields


HELLO = notice(message())
