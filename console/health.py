"""What machines look at: whether Zin lives, whether it can serve a citizen now, and its figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from console.now import now
from registry.database import Database
from state.errors import StoreUnavailable
from state.store import Store


async def live(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")


def ready(store: Callable[[web.Request], Store]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What says whether a citizen can be served now; the sources are not asked: the menus say what to do without."""

    async def answer(request: web.Request) -> web.Response:
        try:
            await store(request).load("ready")
        except StoreUnavailable as down:
            return web.Response(status=503, text=f"{down}\n")
        return web.Response(text="ready\n")

    return answer


def metrics(parts: Callable[[web.Request], tuple[Store, Database]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What Prometheus reads: all that was counted, and how things stand at this moment."""

    async def answer(request: web.Request) -> web.Response:
        body = generate_latest(_counted()) + generate_latest(await now(*parts(request)))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return answer


def _counted() -> CollectorRegistry:
    """What was counted by all workers where there are several, by this process where it is alone."""
    try:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:  # no PROMETHEUS_MULTIPROC_DIR
        return REGISTRY
    return registry
