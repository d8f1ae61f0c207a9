"""A collector of OpenTelemetry that the tests play: OTLP over HTTP on this machine, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.support.patience import PATIENCE

T = TypeVar("T")


@dataclass(frozen=True)
class ReceivedSpan:
    """A span as a collector sees it; ids in hexadecimal, parent_id "" for the first of its process."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    failed: str
    attributes: dict[str, str]
    resource: dict[str, str]


@dataclass(frozen=True)
class ReceivedMetric:
    """The points of a metric: their kind, and by labels the value, or the count in each bucket of a histogram."""

    name: str
    kind: str
    values: dict[tuple[tuple[str, str], ...], Any]
    resource: dict[str, str]


@dataclass
class OtlpReceiver:
    """What came so far. status is what it answers; while `silent` is set, it answers nothing."""

    port: int = 0
    status: int = 200
    spans: list[ReceivedSpan] = field(default_factory=list)
    metrics: list[ReceivedMetric] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    silent: bool = False
    _came: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, found: Callable[[], T]) -> T:
        """Return what this finds among what came, once it is true."""
        with self._came:
            assert self._came.wait_for(found, PATIENCE), "the collector did not get it"
            return found()

    def named(self, name: str) -> list[ReceivedSpan]:
        return [one for one in self.spans if one.name == name]

    def metric(self, name: str) -> list[ReceivedMetric]:
        return [one for one in self.metrics if one.name == name]

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        while self.silent:  # noqa: ASYNC110 - another thread changes it
            await asyncio.sleep(0.02)
        with self._came:
            self.headers.append(dict(request.headers))
            self.raw.append(body)
            if self.status == 200:
                if request.path == "/v1/traces":
                    self.spans += _spans(body)
                else:
                    assert request.path == "/v1/metrics"
                    self.metrics += _metrics(body)
            self._came.notify_all()
        return web.Response(status=self.status, content_type="application/x-protobuf")


@contextmanager
def otlp_receiver() -> Iterator[OtlpReceiver]:
    """A collector for the duration of this context."""
    receiver, loop, ready = OtlpReceiver(), asyncio.new_event_loop(), threading.Event()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def start() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.port = runner.addresses[0][1]

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as running:
            running.run(start())
            loop.call_soon(ready.set)  # not before: an end that comes while the loop still starts would be lost
            loop.run_forever()
            running.run(runner.cleanup())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield receiver
    finally:
        receiver.silent = False
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _spans(body: bytes) -> Iterator[ReceivedSpan]:
    for one in ExportTraceServiceRequest.FromString(body).resource_spans:
        resource = _labels(one.resource.attributes)
        for span in (span for scope in one.scope_spans for span in scope.spans):
            assert not span.events, "an event may hold the text of an exception"
            ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
            failed = span.status.message if span.status.code == 2 else ""
            yield ReceivedSpan(span.name, *ids, failed, _labels(span.attributes), resource)


def _metrics(body: bytes) -> Iterator[ReceivedMetric]:
    for one in ExportMetricsServiceRequest.FromString(body).resource_metrics:
        resource = _labels(one.resource.attributes)
        for metric in (metric for scope in one.scope_metrics for metric in scope.metrics):
            kind = metric.WhichOneof("data") or ""
            values = {tuple(sorted(_labels(point.attributes).items())): _value(kind, point)
                      for point in getattr(metric, kind).data_points}  # fmt: skip
            yield ReceivedMetric(metric.name, kind, values, resource)


def _value(kind: str, point: Any) -> Any:
    return [*point.bucket_counts] if kind == "histogram" else point.as_double


def _labels(attributes: Any) -> dict[str, str]:
    return {one.key: one.value.string_value for one in attributes}
