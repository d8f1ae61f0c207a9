"""Spans and metrics to a real receiver: in one trace with the request, without texts, and cheap when it is dead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from functools import partial

import pytest
from prometheus_client import CollectorRegistry, Counter
from structlog.testing import capture_logs

from logs.request_id import begin_request, current_request_id
from runtime.telemetry.otel_tracer import trace_id_of
from runtime.telemetry.sending import FLUSH_SECONDS, Instance, sent_metrics, telemetry
from settings import Settings
from tests.support.otlp_receiver import OtlpReceiver, otlp_receiver
from tests.support.patience import PATIENCE
from tracing.traceparent import begin_trace, current_traceparent
from tracing.tracer import Tracer, active_tracer

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
INSTANCE = Instance("zin-serve", "ici-1", 1)
SECRET = "Koffi Adjovi, +2290190000001"
UUID = "550e8400-e29b-41d4-a716-446655440000"


@pytest.fixture(autouse=True)
def no_trace_before() -> None:
    begin_trace("")


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    with otlp_receiver() as receiver:
        yield receiver


def settings_of(url: str) -> Settings:
    return Settings.model_validate({"env": "demo", "otlp_url": url})


def tracer() -> Tracer:
    found = active_tracer()
    assert found
    return found


def leave_hop_with_look_up() -> None:
    with tracer().span("hop", "server", {"zin.channel": "madapi"}) as span:
        with tracer().span("look-up", "client", {"zin.question": "exams.result"}) as inner:
            inner.end_as("found")
        span.end_as("answered")


def test_spans_of_a_request_share_the_trace_of_its_id(receiver: OtlpReceiver) -> None:
    begin_request()
    with telemetry(settings_of(receiver.url), INSTANCE):
        leave_hop_with_look_up()
    assert active_tracer() is None
    (hop,), (asked,) = receiver.named("hop"), receiver.named("look-up")
    assert hop.trace_id == asked.trace_id == current_request_id() == hop.attributes["zin.request_id"]
    assert (hop.parent_id, asked.parent_id) == ("", hop.span_id)
    assert (hop.attributes["zin.outcome"], asked.attributes["zin.outcome"]) == ("answered", "found")
    assert hop.resource["service.name"] == "zin-serve"
    assert hop.resource["service.instance.id"] == "ici-1"


def test_trace_of_a_proxy_goes_on(receiver: OtlpReceiver) -> None:
    begin_trace(GIVEN)
    with telemetry(settings_of(receiver.url), INSTANCE):
        leave_hop_with_look_up()
    (hop,) = receiver.named("hop")
    assert f"00-{hop.trace_id}-{hop.parent_id}-01" == GIVEN
    assert str(current_traceparent()) == GIVEN


def test_proxy_that_samples_nothing_is_obeyed(receiver: OtlpReceiver) -> None:
    begin_trace(GIVEN[:-1] + "0")
    with telemetry(settings_of(receiver.url), INSTANCE):
        leave_hop_with_look_up()
    assert receiver.spans == []


def test_failure_has_the_type_of_its_error_only(receiver: OtlpReceiver) -> None:
    def fail() -> None:
        with tracer().span("hop", "server", {}):
            raise ValueError(SECRET)

    with telemetry(settings_of(receiver.url), INSTANCE), pytest.raises(ValueError, match="Koffi"):
        fail()
    assert receiver.named("hop")[0].failed == "ValueError"
    assert not any(b"Koffi" in body or b"0190000001" in body for body in receiver.raw)


@pytest.mark.parametrize("request_id", [UUID, "0" * 32, "a" * 64])
def test_other_ids_of_requests_are_hashed_into_traces(request_id: str) -> None:
    assert 0 < trace_id_of(request_id) < 2**128
    assert trace_id_of(request_id) == trace_id_of(request_id) != int(request_id.replace("-", "")[:32], 16)


def test_variables_of_the_sdk_hold(receiver: OtlpReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=abc")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "zin-nord")
    with telemetry(settings_of(f"{receiver.url}/"), INSTANCE):
        leave_hop_with_look_up()
    assert receiver.headers[0]["api-key"] == "abc"
    assert receiver.spans[0].resource["service.name"] == "zin-nord"


async def test_metrics_are_sent_again_and_again(receiver: OtlpReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "20")
    registry = CollectorRegistry()
    counter = Counter("zin_tries", "Tries", registry=registry)
    counter.inc(2)

    async def collect() -> tuple[CollectorRegistry]:
        return (registry,)

    with telemetry(settings_of(receiver.url), INSTANCE):
        async with sent_metrics(collect):
            await asyncio.to_thread(receiver.wait_for, lambda: len(receiver.metric("zin_tries")) > 1)
            counter.inc(5)
    assert receiver.metric("zin_tries")[0].values == {(): 2}
    assert receiver.metric("zin_tries")[-1].values == {(): 7}, "the last ones are those of the end"


def test_worker_that_is_not_the_first_sends_no_metrics(receiver: OtlpReceiver) -> None:
    async def collect() -> tuple[CollectorRegistry]:
        raise AssertionError("nobody asked for metrics")

    async def serve() -> None:
        async with sent_metrics(collect):
            await asyncio.sleep(0)

    with telemetry(settings_of(receiver.url), INSTANCE, sends_metrics=False):
        asyncio.run(serve())
    assert receiver.metrics == []


@pytest.mark.parametrize("status", [400, 401, 404, 500])
def test_collector_that_refuses_is_logged_once(receiver: OtlpReceiver, status: int) -> None:
    receiver.status = status
    with capture_logs() as logged, telemetry(settings_of(receiver.url), INSTANCE):
        leave_hop_with_look_up()
    assert [(one["event"], one["why"]) for one in logged] == [("telemetry is not taken", f"status {status}")]


def test_dead_collector_costs_one_line_and_a_bounded_end() -> None:
    with otlp_receiver() as gone:
        url = gone.url
    with capture_logs() as logged:
        with telemetry(settings_of(url), INSTANCE):
            for _ in range(3000):  # more than its queue holds
                leave_hop_with_look_up()
            began = time.monotonic()
        assert time.monotonic() - began < FLUSH_SECONDS + PATIENCE / 2
        until = time.monotonic() + PATIENCE
        while not logged:
            assert time.monotonic() < until
            time.sleep(0.01)
    assert [(one["event"], one["collector"], one["why"]) for one in logged] == [
        ("telemetry is not taken", url, "ConnectionError")
    ]


def has_taken(receiver: OtlpReceiver, many: int) -> bool:
    return len(receiver.raw) == many


def test_collector_that_is_back_is_logged_once(receiver: OtlpReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    with capture_logs() as logged, telemetry(settings_of(receiver.url), INSTANCE):
        for status, taken in ((400, 1), (400, 2), (200, 3), (200, 4)):
            receiver.status = status
            leave_hop_with_look_up()
            receiver.wait_for(partial(has_taken, receiver, taken))
    assert [one["event"] for one in logged] == ["telemetry is not taken", "telemetry is taken again"]


def test_silent_collector_does_not_hold_up_the_end(receiver: OtlpReceiver) -> None:
    receiver.silent = True
    began = time.monotonic()
    with telemetry(settings_of(receiver.url), INSTANCE):
        leave_hop_with_look_up()
    assert time.monotonic() - began < FLUSH_SECONDS + PATIENCE / 2
    assert receiver.spans == []
