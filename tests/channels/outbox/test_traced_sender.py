"""Each message that is given to a gateway is a span: the gateway, and how it went."""

from __future__ import annotations

import pytest

from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater, Suppressed
from channels.outbox.traced_sender import TracedSender, traced_sender
from tests.support.remembered_spans import RememberedSpan, RememberingTracer
from tracing.tracer import activated

MESSAGE = Message("m1", "sms", "+2290190000001", "EXEMPLE : admis")
FAILURES = [
    (RetryLater("busy"), "again"),
    (PermanentFailure("number"), "never"),
    (Suppressed("no_gateway"), "shown"),
    (NeedsOperator("credit"), "operator"),
    (TimeoutError(), "unknown"),
]


class Gateway:
    """A sender that answers with this reference, or fails so."""

    gateway, per_second = "sms", 20.0

    def __init__(self, reference: str = "r1", failure: Exception | None = None) -> None:
        self.reference, self.failure, self.closed = reference, failure, 0

    async def send(self, message: Message) -> str:
        if self.failure:
            raise self.failure
        return self.reference

    async def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize(("reference", "outcome"), [("r1", "sent"), ("", "unclear")])
async def test_message_that_is_taken_is_a_span(reference: str, outcome: str) -> None:
    tracer = RememberingTracer()
    assert await TracedSender(Gateway(reference), tracer).send(MESSAGE) == reference
    assert tracer.spans == [RememberedSpan("send", "client", {"zin.gateway": "sms"}, outcome)]


@pytest.mark.parametrize(("failure", "outcome"), FAILURES)
async def test_failure_is_raised_and_named(failure: Exception, outcome: str) -> None:
    tracer = RememberingTracer()
    with pytest.raises(type(failure)):
        await TracedSender(Gateway(failure=failure), tracer).send(MESSAGE)
    assert [(one.outcome, one.failed) for one in tracer.spans] == [(outcome, type(failure).__name__)]


async def test_sender_is_left_as_it_is_if_nothing_traces() -> None:
    sender = Gateway()
    assert traced_sender(sender) is sender
    with activated(RememberingTracer()):
        traced = traced_sender(sender)
    assert (traced.gateway, traced.per_second) == ("sms", 20.0)
    await traced.close()
    assert sender.closed == 1
