"""The webhook of a message channel: answers each message once, and sends the answers through the outbox.

A request may hold several events, which channels/webhooks/message_reception.py takes. The gateway gets 503, and so
repeats the request, only if SQL cannot store.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import structlog

from channels.contracts.message_channel import ChannelEvent, MessageChannel
from channels.contracts.metrics import LIVE_METRICS, WebhookMetrics
from channels.contracts.webhook_request import WebhookResponse, text_response
from channels.webhooks.frame import WebhookFrame
from channels.webhooks.message_reception import MessageReception
from channels.webhooks.messaging_services import MessagingServices
from settings import Settings
from state.errors import SourceUnavailable, StoreUnavailable

log = structlog.get_logger()


class MessageWebhook(MessageReception):
    """The webhook of one message channel. A malformed request is acknowledged, or the gateway would repeat it."""

    def __init__(
        self,
        channel: MessageChannel,
        settings: Settings,
        clock: Callable[[], float] = time.time,
        metrics: WebhookMetrics = LIVE_METRICS,
    ) -> None:
        super().__init__(channel, settings, clock, metrics)
        self.channel = channel
        self.frame = WebhookFrame(channel, self._answer, lambda _: channel.acknowledge(None, None), metrics)

    async def _answer(self, events: Sequence[ChannelEvent], services: MessagingServices) -> WebhookResponse:
        try:
            return self.channel.acknowledge(*await self.take(events, services))
        except (SourceUnavailable, StoreUnavailable) as down:
            log.error("message not kept", channel=self.channel.name, why=str(down))
            return text_response("later\n", 503)
