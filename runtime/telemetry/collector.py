"""What this process sends to a collector of OpenTelemetry, by the SDK's exporters over HTTP.

    span  -> a bounded queue -> a thread of the SDK, every few seconds -> POST /v1/traces
    timer -> the metrics of prometheus_client -> a thread of its own    -> POST /v1/metrics

No thread of these holds up a hop or the end of the process. A collector that does not take what it is sent costs one
log line, and one when it does again; meanwhile what does not fit in the queue is dropped. The variables OTEL_… of the
SDK hold: headers, certificates, time limits, sampling, attributes of the resource.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from time import time_ns
from typing import Any, Final

import structlog
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.environment_variables import OTEL_METRIC_EXPORT_INTERVAL
from opentelemetry.sdk.metrics.export import MetricExportResult
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from prometheus_client import CollectorRegistry
from requests import RequestException, Response, Session
from yarl import URL

from httpclient.outgoing_proxies import OutgoingProxies
from runtime.telemetry.otel_tracer import OtelTracer, RequestTraceIds
from runtime.telemetry.otlp_metrics import Interval, metrics_data
from runtime.telemetry.sending import Instance
from settings import Address

INTERVAL_MILLISECONDS: Final = 60_000  # the SDK's own default
log = structlog.get_logger("zin")
logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)  # it repeats itself; `Reception` says it once


class Reception:
    """Whether the collector takes what it is sent: logged when that changes."""

    def __init__(self, address: Address) -> None:
        self._address, self._is_taken, self._changing = address, True, threading.Lock()
        self.why = ""  # what the last request met

    def note(self, *, is_taken: bool) -> None:
        """Note how an export ended."""
        with self._changing:
            if is_taken == self._is_taken:
                return
            self._is_taken = is_taken
        if is_taken:
            log.info("telemetry is taken again", collector=self._address.masked)
        else:
            log.warning("telemetry is not taken", collector=self._address.masked, why=self.why)


class WatchedSession(Session):
    """An HTTP session that notes what its requests met, and goes to a proxy by the rules of all outgoing calls."""

    def __init__(self, address: Address, reception: Reception) -> None:
        super().__init__()
        self.trust_env = OutgoingProxies(os.environ).of(URL(address)) is not None
        self._reception = reception

    def request(self, *given: Any, **named: Any) -> Response:
        """Send a request. Raises RequestException."""
        try:
            response = super().request(*given, **named)
        except RequestException as error:
            self._reception.why = type(error).__name__
            raise
        self._reception.why = f"status {response.status_code}"
        return response


class Collector:
    """The exporters of one process. It is made behind a fork, because the SDK starts a thread."""

    def __init__(self, address: Address, instance: Instance) -> None:
        self._reception, self._resource = Reception(address), _resource(instance)
        self._started, base = instance.started, address.rstrip("/")
        self._spans = _SpanExporter(f"{base}/v1/traces", session=WatchedSession(address, self._reception))
        self._spans.reception = self._reception
        self._metrics = OTLPMetricExporter(f"{base}/v1/metrics", session=WatchedSession(address, self._reception))
        self._provider = TracerProvider(resource=self._resource, shutdown_on_exit=False, id_generator=RequestTraceIds())
        self._provider.add_span_processor(BatchSpanProcessor(self._spans))
        self.tracer = OtelTracer(self._provider.get_tracer("zin"))
        self.seconds = _interval_seconds()

    async def send(self, registries: Sequence[CollectorRegistry]) -> None:
        """Send all metrics of these registries. A collector that does not answer is no error."""
        await _in_thread(lambda: self._send(registries))

    def _send(self, registries: Sequence[CollectorRegistry]) -> None:
        data = metrics_data(registries, self._resource, Interval(self._started, time_ns()))
        self._reception.note(is_taken=self._metrics.export(data) is MetricExportResult.SUCCESS)

    def close(self, seconds: float) -> None:
        """Send the spans that wait, for so many seconds at most."""
        flush = threading.Thread(target=self._provider.shutdown, name="telemetry", daemon=True)
        flush.start()
        flush.join(seconds)
        if flush.is_alive():
            self._spans.shutdown()  # type: ignore[no-untyped-call]  # it tries no more
        self._metrics.shutdown()


class _SpanExporter(OTLPSpanExporter):
    reception: Reception

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = super().export(spans)
        self.reception.note(is_taken=result is SpanExportResult.SUCCESS)
        return result


def _resource(instance: Instance) -> Resource:
    """Return what a collector calls this instance, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say more."""
    ours = {
        "service.name": instance.service,
        "service.version": version("zin"),
        "service.instance.id": instance.name,
    }
    return Resource.create().merge(Resource(ours)).merge(OTELResourceDetector().detect())


def _interval_seconds() -> float:
    try:
        return max(float(os.environ.get(OTEL_METRIC_EXPORT_INTERVAL, "")), 1.0) / 1000
    except ValueError:
        return INTERVAL_MILLISECONDS / 1000


async def _in_thread(work: Callable[[], None]) -> None:
    """Run in a thread that the end of the process does not wait for, unlike those of asyncio."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def run() -> None:
        try:
            work()
        finally:
            with suppress(RuntimeError):  # the loop ended before
                loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=run, name="telemetry", daemon=True).start()
    await ended.wait()
