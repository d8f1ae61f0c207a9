"""The hops of a process that traces: each is a span, with its channel, its gateway and how it was answered.

What a hop asks of sources, and the messages that answer it, belong to the trace of the same request.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from channels.contracts.metrics import UNMETERED, WebhookMetrics
from channels.webhooks.hop_gate import HopGate, How
from settings import Settings
from state.interfaces import Reply
from tracing.tracer import Tracer, active_tracer

R = TypeVar("R")
SPAN: Final = "hop"
CROWDED: Final = "crowded"
LATER: Final = "later"  # stored, and answered by a worker
KINDS: Final = ("_ussd", "_sms")  # how the name of a channel ends, behind that of its gateway


class TracedHopGate(HopGate):
    """A HopGate whose hops are spans."""

    def __init__(self, name: str, settings: Settings, metrics: WebhookMetrics, tracer: Tracer) -> None:
        super().__init__(name, settings.hop_seconds, settings.most_at_once, metrics)
        gateway = next((name.removesuffix(kind) for kind in KINDS if name.endswith(kind)), name)
        self._tracer, self._labels = tracer, {"zin.channel": name, "zin.gateway": gateway}

    def reject(self, reply: Reply) -> Reply:
        """Count a refused call and return the reply."""
        with self._tracer.span(SPAN, "server", self._labels) as span:
            span.end_as(CROWDED)
        return super().reject(reply)

    async def answer(
        self,
        answering: Coroutine[Any, Any, R],
        sorry: Callable[[], R],
        raises: tuple[type[Exception], ...] = (),
        waited: float = 0.0,
    ) -> tuple[R, How]:
        """Wait for the answer, as HopGate does, in a span."""
        with self._tracer.span(SPAN, "server", self._labels) as span:
            span.end_as(LATER)  # unless it is answered, which `raises` prevents
            reply, how = await super().answer(answering, sorry, raises, waited)
            span.end_as(how)
        return reply, how


def open_hop_gate(name: str, settings: Settings, metrics: WebhookMetrics) -> HopGate:
    """Return the limits and metrics of a channel's hops, with spans if this process traces. Trials leave none."""
    if (tracer := active_tracer()) and metrics is not UNMETERED:
        return TracedHopGate(name, settings, metrics, tracer)
    return HopGate(name, settings.hop_seconds, settings.most_at_once, metrics)
