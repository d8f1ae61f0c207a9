"""Answers the calls of one SMPP gateway, with what answers those over HTTP.

    deliver_sm -> UssdDialect reads it -> UssdHops: limits, conversation, deadline from its arrival -> submit_sm

Where Zin opens calls itself, an input is first compared with these (channels/smpp/pushes.py).

What cannot be read, or dials another code, is counted and gets no screen: the centre ends that call by itself.
"""

from __future__ import annotations

import structlog

from channels.contracts.metrics import LIVE_METRICS, WebhookMetrics
from channels.smpp.pushes import Pushes
from channels.smpp.smpp_files import FoundGateway
from channels.smpp.ussd_dialect import ROOM, UssdDialect, dialect_of
from channels.webhooks.ussd_hops import UssdHops
from logs.request_id import begin_request
from settings import Settings
from smpp.messages import ShortMessage
from state.conversation.conversation import Conversation
from state.errors import BadRequest, Unauthenticated
from state.interfaces import Inbound, SessionEnd

log = structlog.get_logger()


class UssdCalls:
    """The calls of one gateway. One object counts all of them, over all binds. pushes: None if Zin opens no calls."""

    def __init__(
        self,
        dialect: UssdDialect,
        talk: Conversation,
        settings: Settings,
        pushes: Pushes | None = None,
        metrics: WebhookMetrics = LIVE_METRICS,
    ) -> None:
        self._dialect, self._talk, self._refused = dialect, talk, metrics.turned_away
        self._pushes = pushes
        self._hops = UssdHops(dialect.channel, ROOM, settings, metrics)

    async def answer(self, message: ShortMessage, arrived: float) -> ShortMessage | None:
        """Return the submit_sm with the next screen; None if there is none to show. arrived: the loop's time."""
        begin_request()
        received = self._read(message)
        if isinstance(received, Inbound):
            stopped = await self._pushes.heard(received) if self._pushes else None
            return self._dialect.write(message, stopped or await self._hops.answer(received, self._talk, arrived))
        if received:
            self._hops.end(received)
        return None

    def _read(self, message: ShortMessage) -> Inbound | SessionEnd | None:
        """Read a message; None after counting one that cannot be served."""
        try:
            return self._dialect.read(message)
        except Unauthenticated:
            self._refuse("stranger", "another service code")
        except BadRequest as error:
            self._refuse("bad_request", str(error))
        return None

    def _refuse(self, why: str, what: str) -> None:
        self._refused.labels(self._dialect.channel, why).inc()
        log.info("call refused", channel=self._dialect.channel, what=what)


def build_calls(
    gateway: FoundGateway,
    talk: Conversation,
    settings: Settings,
    pushes: Pushes | None = None,
    metrics: WebhookMetrics = LIVE_METRICS,
) -> UssdCalls | None:
    """Return what answers the calls of a gateway's file; None if it has none."""
    dialect = dialect_of(gateway)
    return UssdCalls(dialect, talk, settings, pushes, metrics) if dialect else None
