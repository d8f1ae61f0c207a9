"""WhatsApp, Cloud API: accepts a notification of Meta if its signature is right.

    POST -> verify (is there a signature?) -> read: body, signature, then the events (channels/whatsapp/events.py)
    GET  -> the challenge, once, when our address is entered at Meta

The signature is computed over the raw bytes: Meta escapes all non-ASCII characters, so JSON written again could differ.
The response is empty and fast, because it cannot carry an answer; the answer goes through the outbox. Sources, below
developers.facebook.com/documentation/business-messaging/whatsapp: webhooks/overview and
webhooks/create-webhook-endpoint; docs.360dialog.com for the response time and how long Meta repeats requests.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from aiohttp import web

from channels.contracts.channel import is_one_of
from channels.contracts.message_channel import ChannelEvent
from channels.contracts.webhook_request import EMPTY, BodyRule, WebhookRequest, WebhookResponse
from channels.whatsapp.events import GATEWAY, parse_body, parse_events
from state.errors import Unauthenticated
from state.interfaces import Inbound, Reply, ScreenSize

HEADER: Final = "X-Hub-Signature-256"
SIGNATURE: Final = re.compile(r"sha256=[0-9a-f]{64}")
MAX_BYTES: Final = 3 * 1024 * 1024  # "up to 3MB" (Meta); a refused request is repeated for days, then lost


@dataclass(frozen=True, slots=True)
class Whatsapp:
    """The channel of one number. phone_id is Meta's id of the number, "" for any."""

    name: ClassVar[str] = GATEWAY
    path: ClassVar[str] = "/whatsapp"
    room: ClassVar[ScreenSize] = ScreenSize(
        "chat", 0, 1024, rows=7
    )  # the ten rows of a list: seven options, back, home and more
    body_rule: ClassVar[BodyRule] = BodyRule("", MAX_BYTES, is_signed=True)
    dedup_seconds: ClassVar[float] = 7 * 24 * 3600.0
    response_deadline: ClassVar[float] = 0.2  # the median response must take at most 0.25 s

    app_secrets: tuple[bytes, ...] = field(repr=False)
    verify_tokens: tuple[bytes, ...] = field(repr=False)
    phone_id: str

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated unless the request has the form of a signature and we have a secret to check it."""
        if not any(self.app_secrets) or not SIGNATURE.fullmatch(request.headers.get(HEADER, "")):
            raise Unauthenticated("no signature, or no secret to check it by")

    def read(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """Check the signature and parse the events. Raises Unauthenticated and BadRequest."""
        self.verify(request)
        raw = request.body
        signed = [f"sha256={hmac.digest(secret, raw, 'sha256').hex()}".encode() for secret in self.app_secrets]
        if not is_one_of(request.headers[HEADER].encode(), signed):
            raise Unauthenticated("wrong signature")
        return tuple(parse_events(parse_body(raw), self.phone_id))

    def replies_inline(self, inbound: Inbound) -> bool:
        """Whether the response carries the answer: never, it is sent through the outbox."""
        return False

    def acknowledge(self, inbound: Inbound | None, reply: Reply | None) -> WebhookResponse:
        """Build an empty response."""
        return EMPTY


def verify_subscription(verify_tokens: Sequence[bytes]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of Meta's verification request for our address. Without a token every request gets 403."""

    async def answer(request: web.Request) -> web.Response:
        query = request.query
        given = query.get("hub.verify_token", "").encode("utf-8", "surrogatepass")
        known = is_one_of(given, verify_tokens)
        if not known or query.get("hub.mode") != "subscribe" or "hub.challenge" not in query:
            return web.Response(status=403)
        return web.Response(body=query["hub.challenge"].encode("utf-8", "replace"), content_type="text/plain")

    return answer
