"""Answers gateways' requests that arrive whole, without aiohttp's request, router and response.

connection -> DirectParser (aiohttp's own parser: its limits and its refusals hold) -> DirectWebhooks finds the webhook
-> the webhook's answer -> one write of prepared bytes. Everything else of HTTP, a body that comes in pieces, several
requests in one packet, an unknown address, goes to the application as before. This takes half as long as aiohttp's way
(bench/), because a gateway's requests always have the same shape.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, Final

from aiohttp import StreamReader, hdrs, web
from aiohttp.http_parser import RawRequestMessage

from channels.contracts.webhook_request import WebhookRequest, WebhookResponse, text_response
from channels.webhooks.frame import AnyFrame
from channels.webhooks.known_heads import KnownHeads, RequestHead
from channels.webhooks.webhook_paths import WebhookPaths
from logs.request_id import Networks, begin_request, proxied_id

SERVER: Final = "Zin"  # without a version, to hide known faults
FAILED: Final = text_response("500 Internal Server Error\n", 500)


class DirectWebhooks:
    """The webhooks that are answered directly. services returns what they need, once the application has started.

    The request ids of proxies are believed.
    """

    def __init__(self, frames: Iterable[AnyFrame], services: Callable[[], Any], proxies: Networks = ()) -> None:
        self._paths, self._services, self.heads = WebhookPaths(frames), services, KnownHeads()
        self._proxies = proxies

    def read_head(self, message: RawRequestMessage, payload: StreamReader) -> RequestHead | None:
        """Return the head of a gateway's complete request; None if the application must answer."""
        if message.method != hdrs.METH_POST or message.should_close or message.upgrade or not payload.is_eof():
            return None
        found, headers = self._paths.find(message.path), message.headers
        if found is None or hdrs.CONTENT_ENCODING in headers or hdrs.EXPECT in headers:
            return None
        frame, secret = found
        if payload.total_bytes > frame.body_rule.max_bytes:
            return None
        return RequestHead(frame, secret, headers, payload.total_bytes)

    def answer(
        self, head: RequestHead, body: bytes, transport: asyncio.BaseTransport | None = None
    ) -> Awaitable[WebhookResponse]:
        """Return the answer to a request, to be awaited in a task that is made now, in this context."""
        begin_request(self._request_id(head, transport) if self._proxies else "")
        return head.frame.respond(WebhookRequest(head.secret, head.headers, body), self._services())

    def _request_id(self, head: RequestHead, transport: asyncio.BaseTransport | None) -> str:
        """Return the id of a request that a trusted proxy gave, else ""."""
        return proxied_id(head.headers, peer_of(transport), self._proxies)


def peer_of(transport: asyncio.BaseTransport | None) -> str:
    """Return the network address of the other end of a connection; "" if it has none, or there is no connection."""
    peer = transport.get_extra_info("peername") if transport else None
    return str(peer[0]) if isinstance(peer, tuple) else ""


NO_WEBHOOKS: Final = DirectWebhooks((), lambda: None)
DIRECT_WEBHOOKS: Final = web.AppKey("direct_webhooks", DirectWebhooks)


class DirectParser:
    """aiohttp's parser of one connection; it offers a request that comes alone to `take` before aiohttp sees it."""

    __slots__ = ("_parser", "_take", "message_consumed", "pause_reading", "set_upgraded")

    def __init__(self, parser: Any, take: Callable[[RawRequestMessage, StreamReader], bool]) -> None:
        self._parser, self._take = parser, take
        self.message_consumed, self.pause_reading = parser.message_consumed, parser.pause_reading
        self.set_upgraded = parser.set_upgraded

    def feed_data(self, data: bytes) -> Any:
        """Parse data as aiohttp does, without the request that was taken. Raises aiohttp's HttpProcessingError."""
        parsed = self._parser.feed_data(data)
        messages, upgraded, tail = parsed
        if len(messages) == 1 and not upgraded and self._take(*messages[0]):
            self.message_consumed()
            return (), False, tail
        return parsed


class ResponseWriter:
    """Writes whole responses. Their heads are the same for one status and type, but for the date and the length."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._second, self._date = clock, 0, b""
        self._heads: dict[tuple[int, str], bytes] = {}
        self._says_close = False

    def write(self, response: WebhookResponse) -> bytes:
        """Return the response's bytes; a refusal says that the connection is closed after it."""
        key = response.status, response.content_type
        head = self._heads.get(key) or self._heads.setdefault(key, _head(*key, says_close=self._says_close))
        if (second := int(self._clock())) != self._second:
            self._second, self._date = second, formatdate(second, usegmt=True).encode()
        return b"%bDate: %b\r\nContent-Length: %d\r\n\r\n%b" % (head, self._date, len(response.body), response.body)

    def say_close(self) -> None:
        """Let each response from now on say that its connection is closed after it."""
        self._says_close = True
        self._heads.clear()


def _head(status: int, content_type: str, *, says_close: bool) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"Content-Type: {content_type}", f"Server: {SERVER}"]
    return "\r\n".join([*lines, *(["Connection: close"] if says_close or status >= 400 else []), ""]).encode()
