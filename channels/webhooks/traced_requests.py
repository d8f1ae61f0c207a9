"""Direct answers in a process that traces: a request goes on with the trace that a trusted proxy began."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from channels.contracts.webhook_request import WebhookResponse
from channels.webhooks.direct_requests import DirectWebhooks, peer_of
from channels.webhooks.known_heads import RequestHead
from logs.request_id import proxied_value
from tracing.traceparent import HEADER, begin_trace


class TracedWebhooks(DirectWebhooks):
    """Webhooks that are answered directly, each request in its trace."""

    def answer(
        self, head: RequestHead, body: bytes, transport: asyncio.BaseTransport | None = None
    ) -> Awaitable[WebhookResponse]:
        """Return the answer to a request, as DirectWebhooks does, in the proxy's trace or a new one."""
        begin_trace(proxied_value(HEADER, head.headers, peer_of(transport), self._proxies))
        return super().answer(head, body, transport)
