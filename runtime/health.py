"""Endpoints for monitoring: liveness, readiness and metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from database.interface import Database
from runtime.gauges import collect_gauges
from runtime.process_metrics import ProcessFamilyCollector
from runtime.readiness import Readiness
from state.errors import Problem
from state.menu.change_feed import MenuChangeFeed


async def live(_: web.Request) -> web.Response:
    """Answer 200 as long as the process runs."""
    return web.Response(text="alive\n")


def readiness_handler(
    readiness: Callable[[web.Request], Readiness], change_feed: Callable[[web.Request], MenuChangeFeed]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return a handler that answers 200 if a citizen can be served now, else 503 with the part that is missing.

    A process that ends soon answers 503 too, so that a proxy sends its callers elsewhere. Translations with a problem
    keep nobody from being served; each is a line below.
    """

    async def answer(request: web.Request) -> web.Response:
        if readiness(request).is_stopping:
            return web.Response(status=503, text="not ready: stopping\n")
        found = await readiness(request).check()
        if found:
            return web.Response(text="".join(("ready\n", *map(_line, change_feed(request).translation_problems))))
        return web.Response(status=503, text=f"not ready: {found.missing}\n")

    return answer


def _line(problem: Problem) -> str:
    """Return a problem of translations, with the name of its file and not where it is on this machine."""
    return f"translations not taken up: {Path(problem.file).name}:{problem.line}: {problem.what}\n"


def metrics_handler(
    parts: Callable[[web.Request], tuple[Readiness, Database]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return a handler that answers with all counters and gauges for Prometheus."""

    async def answer(request: web.Request) -> web.Response:
        body = b"".join(map(generate_latest, await collect_metrics(*parts(request))))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return answer


async def collect_metrics(readiness: Readiness, database: Database) -> tuple[CollectorRegistry, ...]:
    """Return all counters, of all workers if there are several, and the gauges as they are now."""
    return _counted(), await collect_gauges(readiness, database)


def _counted() -> CollectorRegistry:
    """Return the counters of all workers if there are several, else those of this process."""
    try:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        registry.register(ProcessFamilyCollector())
    except ValueError:  # no PROMETHEUS_MULTIPROC_DIR
        return REGISTRY
    return registry
