"""The page of `zin deliver` and `zin smpp` for monitoring: whether it runs and can write, and its metrics.

It has an address of its own (ZIN_DELIVER_PORT, ZIN_SMPP_PORT), because the process may run on another machine than
`zin serve`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

from runtime import health
from runtime.readiness import Readiness
from runtime.services import Services
from settings import Settings

log = structlog.get_logger("zin")


@asynccontextmanager
async def serve_delivery_page(settings: Settings, parts: Services, port: int) -> AsyncIterator[None]:
    """Serve the page for the duration of this context, on this port; 0 for none. Raises OSError."""
    if not port:
        yield
        return
    readiness = Readiness(parts.store, parts.database)
    app = web.Application()
    app.router.add_get("/health/live", health.live)
    app.router.add_get("/health/ready", health.readiness_handler(lambda _: readiness, lambda _: parts.change_feed))
    app.router.add_get("/metrics", _metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, port).start()
        log.info("delivering", host=settings.host, port=port)
        yield
    finally:
        await runner.cleanup()
        await readiness.close()


async def own_metrics() -> tuple[CollectorRegistry]:
    """Return the metrics of this process alone, also if others share their counters with it."""
    return (REGISTRY,)


async def _metrics(_: web.Request) -> web.Response:
    (registry,) = await own_metrics()
    return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
