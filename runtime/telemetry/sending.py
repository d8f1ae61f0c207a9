"""Sends the traces and metrics of this process to the collector that the settings name.

    start of a process -> require_telemetry: the packages are there, else one line
    after the fork     -> telemetry: a tracer and an exporter for as long as the process serves
    services are open  -> sent_metrics: what /metrics says, again and again, and once at the end

Without ZIN_OTLP_URL nothing of OpenTelemetry is imported, and no object of this package is made.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

from prometheus_client import CollectorRegistry

from channels.workers.supervision import supervise
from settings import InvalidSettings, Settings
from state.cancellation import end_task
from tracing.tracer import activated

FLUSH_SECONDS: Final = 2.0  # for the last metrics, and as long again for the last spans
MISSING: Final = (
    "ZIN_OTLP_URL: the packages for OpenTelemetry are not installed: pip install 'zin[telemetry]', or leave it empty"
)
Collect = Callable[[], Awaitable[Sequence[CollectorRegistry]]]


@dataclass(frozen=True, slots=True)
class Instance:
    """A running `zin serve`, `zin deliver` or `zin smpp`, with all its workers. started is in Unix nanoseconds."""

    service: str
    name: str
    started: int

    @classmethod
    def of_this_process(cls, role: str) -> Instance:
        """Return the instance that this process begins."""
        return cls(f"zin-{role}", f"{socket.gethostname()}-{os.getpid()}", time.time_ns())


class MetricsSender(Protocol):
    """Sends metrics (runtime/telemetry/collector.py)."""

    seconds: float  # between two times

    async def send(self, registries: Sequence[CollectorRegistry]) -> None:
        """Send all metrics of these registries. A collector that does not answer is no error."""


class _Process:
    metrics: ClassVar[MetricsSender | None] = None


def require_telemetry(settings: Settings) -> None:
    """Check that what the settings ask for is installed. Raises InvalidSettings."""
    if not settings.otlp_url:
        return
    try:
        import runtime.telemetry.collector  # noqa: F401 - workers share what their parent has imported
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("opentelemetry"):
            raise
        raise InvalidSettings(MISSING) from None


@contextmanager
def telemetry(settings: Settings, instance: Instance, *, sends_metrics: bool = True) -> Iterator[None]:
    """Trace what is built in this context, and let it send metrics. Of several workers one sends those of all."""
    if not settings.otlp_url:
        yield
        return
    from runtime.telemetry.collector import Collector

    collector = Collector(settings.otlp_url, instance)
    _Process.metrics = collector if sends_metrics else None
    try:
        with activated(collector.tracer):
            yield
    finally:
        _Process.metrics = None
        collector.close(FLUSH_SECONDS)


@asynccontextmanager
async def sent_metrics(collect: Collect) -> AsyncIterator[None]:
    """Send the metrics of this process for the duration of this context, if it sends any."""
    sender = _Process.metrics
    if sender is None:
        yield
        return
    task = asyncio.create_task(supervise("telemetry", lambda: _send_forever(sender, collect)))
    try:
        yield
    finally:
        await end_task(task)
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await sender.send(await collect())


async def _send_forever(sender: MetricsSender, collect: Collect) -> None:
    while True:
        await asyncio.sleep(sender.seconds)
        await sender.send(await collect())
