"""The webhook of a USSD channel: answers each request of a gateway in time, also after a failure.

Unauthenticated and invalid requests are refused before anything is stored. A hop has settings.hop_seconds; if it takes
longer or fails, the citizen gets a screen that asks to call again, and the HTTP status stays 200
(channels/webhooks/ussd_hops.py).
"""

from __future__ import annotations

from channels.contracts.channel import Channel
from channels.contracts.metrics import LIVE_METRICS, WebhookMetrics
from channels.contracts.webhook_request import WebhookResponse, text_response
from channels.webhooks.frame import WebhookFrame
from channels.webhooks.messaging_services import MessagingServices
from channels.webhooks.ussd_hops import UssdHops
from settings import Settings
from state.interfaces import Inbound, SessionEnd


class UssdWebhook:
    """The webhook of one USSD channel."""

    def __init__(self, channel: Channel, settings: Settings, metrics: WebhookMetrics = LIVE_METRICS) -> None:
        self._channel, self._hops = channel, UssdHops(channel.name, channel.room, settings, metrics)
        self.frame = WebhookFrame(channel, self._answer, lambda why: text_response(why, 400), metrics)

    async def _answer(self, received: Inbound | SessionEnd, services: MessagingServices) -> WebhookResponse:
        if isinstance(received, SessionEnd):
            self._hops.end(received)
            return self._channel.acknowledge()
        return self._channel.write(received, await self._hops.answer(received, services.conversation))
