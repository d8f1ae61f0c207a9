"""A sender in a process that traces: each message that is given to a gateway is a span."""

from __future__ import annotations

from typing import Final

from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater, Sender, Suppressed
from channels.outbox.sender_wrappers import SenderAround
from tracing.tracer import Tracer, active_tracer

SPAN: Final = "send"
OUTCOMES: Final = {RetryLater: "again", PermanentFailure: "never", Suppressed: "shown", NeedsOperator: "operator"}
UNKNOWN: Final = "unknown"  # the gateway was not waited for, or the sender failed


class TracedSender(SenderAround):
    """A Sender around another, in whose spans are the gateway and how it went, as in zin_messages_tried_total."""

    def __init__(self, sender: Sender, tracer: Tracer) -> None:
        super().__init__(sender)
        self._tracer = tracer

    async def send(self, message: Message) -> str:
        """Send a message, in a span."""
        with self._tracer.span(SPAN, "client", {"zin.gateway": self.gateway}) as span:
            span.end_as(UNKNOWN)
            try:
                reference = await self._sender.send(message)
            except (RetryLater, PermanentFailure, Suppressed, NeedsOperator) as error:
                span.end_as(next(how for kind, how in OUTCOMES.items() if isinstance(error, kind)))
                raise
            span.end_as("sent" if reference else "unclear")
        return reference


def traced_sender(sender: Sender) -> Sender:
    """Return the sender, with spans if this process traces."""
    tracer = active_tracer()
    return TracedSender(sender, tracer) if tracer else sender
