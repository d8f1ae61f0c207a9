"""WhatsApp, Cloud API: what Meta brings is believed once its signature is right.

    POST -> verify (is there a signature?) -> read: body, signature, then what it says (channels/whatsapp/events.py)
    GET  -> challenge, once, when Meta is told our address

The signature is over the very bytes that came: Meta escapes all that is no ASCII, and written anew they would be
others. Nothing can be answered in the response; it is empty, and quick, and the answer leaves through the outbox.
Sources, below developers.facebook.com/documentation/business-messaging/whatsapp: webhooks/overview and
webhooks/create-webhook-endpoint; docs.360dialog.com for how soon to respond and how long requests come again.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from aiohttp import web

from channels.contracts.channel import is_one_of, read_limited
from channels.contracts.message_channel import ChannelEvent
from channels.whatsapp.events import GATEWAY, parse_body, parse_events
from state.errors import BadRequest, Unauthenticated
from state.interfaces import Inbound, Reply, ScreenSize

HEADER: Final = "X-Hub-Signature-256"
SIGNATURE: Final = re.compile(r"sha256=[0-9a-f]{64}")
MOST_BYTES: Final = 3 * 1024 * 1024  # "up to 3MB", says Meta; what is refused comes again for days, and is then lost


@dataclass(frozen=True, slots=True)
class Whatsapp:
    """One number's messages. phone_id is Meta's id of it, "" for any; verify_tokens are for challenge."""

    name: ClassVar[str] = GATEWAY
    path: ClassVar[str] = "/whatsapp"
    room: ClassVar[ScreenSize] = ScreenSize(
        "chat", 0, 1024, rows=7
    )  # a list has ten rows: seven options, back, home and more
    dedup_seconds: ClassVar[float] = 7 * 24 * 3600.0
    response_deadline: ClassVar[float] = 0.2  # half of our responses are to take no longer than 0.25 s

    app_secrets: tuple[bytes, ...] = field(repr=False)
    verify_tokens: tuple[bytes, ...] = field(repr=False)
    phone_id: str

    def verify(self, request: web.Request) -> None:
        if not any(self.app_secrets) or not SIGNATURE.fullmatch(request.headers.get(HEADER, "")):
            raise Unauthenticated("no signature, or no secret to check it by")

    async def read(self, request: web.Request) -> Sequence[ChannelEvent]:
        self.verify(request)
        try:
            raw = await read_limited(request.content, MOST_BYTES)
        except BadRequest as error:
            raise Unauthenticated(str(error)) from None
        if raw is None:
            raise Unauthenticated(f"more than {MOST_BYTES} bytes")
        signed = [f"sha256={hmac.digest(secret, raw, 'sha256').hex()}".encode() for secret in self.app_secrets]
        if not is_one_of(request.headers[HEADER].encode(), signed):
            raise Unauthenticated("wrong signature")
        return tuple(parse_events(parse_body(raw), self.phone_id))

    def replies_inline(self, inbound: Inbound) -> bool:
        return False

    def acknowledge(self, inbound: Inbound | None, reply: Reply | None) -> web.Response:
        return web.Response()


def verify_subscription(verify_tokens: Sequence[bytes]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What answers Meta when it is told our address, and asks whether it is ours. Without a token nobody is let in."""

    async def answer(request: web.Request) -> web.Response:
        asked = request.query
        given = asked.get("hub.verify_token", "").encode("utf-8", "surrogatepass")
        known = is_one_of(given, verify_tokens)
        if not known or asked.get("hub.mode") != "subscribe" or "hub.challenge" not in asked:
            return web.Response(status=403)
        return web.Response(body=asked["hub.challenge"].encode("utf-8", "replace"), content_type="text/plain")

    return answer
