"""Each hop is a span: its channel, its gateway, and whether it was answered, excused, refused or put off."""

from __future__ import annotations

import asyncio

import pytest

from channels.contracts.metrics import LIVE_METRICS, UNMETERED
from channels.webhooks.hop_gate import HopGate
from channels.webhooks.traced_hops import TracedHopGate, open_hop_gate
from settings import Settings
from state.errors import StoreUnavailable
from state.interfaces import Reply
from tests.support.remembered_spans import RememberedSpan, RememberingTracer
from tracing.tracer import activated

SETTINGS = Settings(env="demo")
NAMES = [
    ("africastalking_ussd", "africastalking"),
    ("mon_operateur_sms", "mon_operateur"),
    ("madapi", "madapi"),
    ("whatsapp", "whatsapp"),
]


async def said(text: str) -> str:
    await asyncio.sleep(0)
    return text


async def failing(error: Exception) -> str:
    raise error


@pytest.fixture
def tracer() -> RememberingTracer:
    return RememberingTracer()


@pytest.fixture
def gate(tracer: RememberingTracer) -> HopGate:
    with activated(tracer):
        return open_hop_gate("madapi", SETTINGS, LIVE_METRICS)


@pytest.mark.parametrize(("channel", "gateway"), NAMES)
async def test_hop_is_a_span_with_its_gateway(tracer: RememberingTracer, channel: str, gateway: str) -> None:
    gate = TracedHopGate(channel, SETTINGS, LIVE_METRICS, tracer)
    assert await gate.answer(said("x"), lambda: "sorry") == ("x", "answered")
    labels = {"zin.channel": channel, "zin.gateway": gateway}
    assert tracer.spans == [RememberedSpan("hop", "server", labels, "answered")]


async def test_failed_hop_is_a_span_that_says_so(gate: HopGate, tracer: RememberingTracer) -> None:
    assert await gate.answer(failing(StoreUnavailable("away")), lambda: "sorry") == ("sorry", "sorry")
    assert [(one.outcome, one.failed) for one in tracer.spans] == [("sorry", "")]


async def test_message_that_is_put_off_is_later(gate: HopGate, tracer: RememberingTracer) -> None:
    with pytest.raises(StoreUnavailable):
        await gate.answer(failing(StoreUnavailable("away")), lambda: "sorry", (StoreUnavailable,))
    assert [(one.outcome, one.failed) for one in tracer.spans] == [("later", "StoreUnavailable")]


async def test_refused_call_is_crowded(gate: HopGate, tracer: RememberingTracer) -> None:
    reply = Reply("plus tard", False)
    assert gate.reject(reply) is reply
    assert [one.outcome for one in tracer.spans] == ["crowded"]


async def test_trials_and_processes_that_do_not_trace_have_plain_gates(tracer: RememberingTracer) -> None:
    assert type(open_hop_gate("madapi", SETTINGS, LIVE_METRICS)) is HopGate
    with activated(tracer):
        assert type(open_hop_gate("madapi", SETTINGS, UNMETERED)) is HopGate
        assert type(open_hop_gate("madapi", SETTINGS, LIVE_METRICS)) is TracedHopGate
