"""What answers the hops of one USSD channel, whatever protocol brought them.

    inbound -> limit of hops at once -> conversation, within the deadline -> reply; an apology if it fails or is late

The webhook of a gateway over HTTP (channels/webhooks/ussd.py) reads a request into the inbound and writes the reply
into its response. A protocol that lets hops wait says when each of them arrived, and the deadline counts from there.
"""

from __future__ import annotations

import asyncio

import structlog

from channels.contracts.metrics import LIVE_METRICS, WebhookMetrics
from channels.webhooks.traced_hops import open_hop_gate
from settings import Settings
from state.conversation.conversation import Conversation
from state.interfaces import Inbound, Reply, ScreenSize, SessionEnd

log = structlog.get_logger()


class UssdHops:
    """The hops of one channel, with their limits and metrics. room is the size of one screen."""

    def __init__(
        self, channel: str, room: ScreenSize, settings: Settings, metrics: WebhookMetrics = LIVE_METRICS
    ) -> None:
        self._room, self._calls = room, metrics.calls
        self._gate = open_hop_gate(channel, settings, metrics)

    async def answer(self, inbound: Inbound, talk: Conversation, started: float | None = None) -> Reply:
        """Return the next screen, always. started is the loop's time when the hop arrived, None for now."""
        gate, room = self._gate, self._room
        waited = 0.0 if started is None else asyncio.get_running_loop().time() - started
        if gate.is_busy and await gate.is_overloaded(lambda: talk.has_open_call(inbound), waited):
            return gate.reject(talk.overloaded_reply(room))
        answering = talk.handle(inbound, room)
        reply, _ = await gate.answer(answering, lambda: talk.unavailable_reply(room), waited=waited)
        return reply

    def end(self, end: SessionEnd) -> None:
        """Count and log a call's end, without the citizen and the inputs."""
        self._calls.labels(end.channel, end.status).inc()
        log.info("call ended", channel=end.channel, status=end.status, hops=end.hops, seconds=end.seconds)
