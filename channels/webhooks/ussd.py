"""The webhook of a USSD channel: answers each request of a gateway in time, also after a failure.

Unauthenticated and invalid requests are refused before anything is stored. A hop has settings.hop_seconds; if it takes
longer or fails, the citizen gets a screen that asks to call again, and the HTTP status stays 200.
"""

from __future__ import annotations

import structlog

from channels.contracts.channel import Channel
from channels.contracts.metrics import LIVE_METRICS, WebhookMetrics
from channels.contracts.webhook_request import WebhookResponse, text_response
from channels.webhooks.frame import WebhookFrame
from channels.webhooks.hop_gate import HopGate
from channels.webhooks.messaging_services import MessagingServices
from settings import Settings
from state.interfaces import Inbound, SessionEnd

log = structlog.get_logger()


class UssdWebhook:
    """The webhook of one USSD channel."""

    def __init__(self, channel: Channel, settings: Settings, metrics: WebhookMetrics = LIVE_METRICS) -> None:
        self._channel, self._calls = channel, metrics.calls
        self._gate = HopGate(channel.name, settings.hop_seconds, settings.most_at_once, metrics)
        self.frame = WebhookFrame(channel, self._answer, lambda why: text_response(why, 400), metrics)

    async def _answer(self, received: Inbound | SessionEnd, services: MessagingServices) -> WebhookResponse:
        if isinstance(received, SessionEnd):
            return self._end_session(received)
        channel, gate, talk = self._channel, self._gate, services.conversation
        if gate.is_busy and await gate.is_overloaded(lambda: talk.has_open_call(received)):
            return channel.write(received, gate.reject(talk.overloaded_reply(channel.room)))
        reply, _ = await gate.answer(talk.handle(received, channel.room), lambda: talk.unavailable_reply(channel.room))
        return channel.write(received, reply)

    def _end_session(self, end: SessionEnd) -> WebhookResponse:
        """Count and log a call's end, without the citizen and the inputs."""
        self._calls.labels(end.channel, end.status).inc()
        log.info("call ended", channel=end.channel, status=end.status, hops=end.hops, seconds=end.seconds)
        return self._channel.acknowledge()
