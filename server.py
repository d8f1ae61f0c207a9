"""Builds the aiohttp application: the only module that knows every part.

settings -> Valkey (ours, if no address is set) -> store; sources; menus and words -> conversation; channels -> doors to
it. Starting in that order, stopping in reverse, after the hops in flight are answered. Menu and language files are
watched: what is sound takes over, menus for new sessions and words for all; what is not is told in the log and changes
nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Final

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from watchfiles import awatch

from channels import open_channels, open_senders
from channels.contract import MOST_BYTES
from channels.delivery import Delivery
from channels.door import door
from channels.outbox import Outbox
from checking import checked
from registry import open_database
from registry.migrations import migrate
from registry.sealing import Seal
from settings import Settings
from sources import Sources
from sources.opening import open_sources
from state.errors import MenuBroken, StoreUnavailable
from state.hop import Conversation, Outside
from state.menus import Menus
from state.store import Valkey
from state.valkey import Embedded

log = structlog.get_logger("zin")

CONVERSATION: Final = web.AppKey("conversation", Conversation)
STORE: Final = web.AppKey("store", Valkey)
OPEN_SESSION_SECONDS: Final = 24 * 3600.0  # the longest life of a session on any channel: an old menu is kept as long
Opener = Callable[[Settings], Awaitable[Sources]]


def build(
    settings: Settings, *, opened: Opener = open_sources, clock: Callable[[], float] = time.time
) -> web.Application:
    """The application, with everything behind it opened when it starts and closed when it stops."""
    app = web.Application(client_max_size=MOST_BYTES)

    async def behind(app: web.Application) -> AsyncIterator[None]:
        async with everything(settings, opened, clock) as (conversation, store):
            app[CONVERSATION], app[STORE] = conversation, store
            yield

    app.cleanup_ctx.append(behind)
    for channel in open_channels(settings):
        app.router.add_post(
            channel.path, door(channel, lambda request: request.app[CONVERSATION], settings.hop_seconds)
        )
    app.router.add_get("/health/live", _live)
    app.router.add_get("/health/ready", _ready)
    app.router.add_get("/metrics", _metrics)
    return app


@asynccontextmanager
async def everything(
    settings: Settings, opened: Opener = open_sources, clock: Callable[[], float] = time.time
) -> AsyncIterator[tuple[Conversation, Valkey]]:
    """A conversation with all that it needs, as long as this context lasts.

    Raises MenuBroken, StoreUnavailable or another ZinError when a part cannot start.
    """
    async with AsyncExitStack() as open_parts:
        sources = await opened(settings)
        open_parts.push_async_callback(sources.close)
        start = checked(settings, sources.questions)
        sources.take(start.entries, start.edition.offered)
        menus = Menus(start.edition, OPEN_SESSION_SECONDS, clock)
        store = Valkey(await _valkey(settings, open_parts), settings.connect_seconds)
        open_parts.push_async_callback(store.close)
        watching = asyncio.create_task(_watch(settings, menus, sources))
        open_parts.push_async_callback(_stop, watching)
        yield Conversation(menus, Outside(store, sources, sources.preferences), settings, clock), store


@asynccontextmanager
async def delivering(settings: Settings, say: Callable[[str], None]) -> AsyncIterator[None]:
    """One delivery of what stands in the outbox, as long as this context lasts.

    Raises SourceUnavailable or StoreUnavailable when the registry or Valkey cannot be had.
    """
    async with AsyncExitStack() as open_parts:
        database = open_database(settings)
        open_parts.push_async_callback(database.close)
        await migrate(database)
        store = Valkey(await _valkey(settings, open_parts), settings.connect_seconds)
        open_parts.push_async_callback(store.close)
        outbox, every = Outbox(database, Seal(settings.secret.get_secret_value())), 1 / settings.sms_per_second

        async def pace(gateway: str) -> float:
            return await store.pace(f"pace:{gateway}", every, max(1, round(settings.sms_per_second)))

        delivery = asyncio.create_task(Delivery(outbox, open_senders(settings, say), pace).run())
        open_parts.push_async_callback(_stop, delivery)
        yield


async def _valkey(settings: Settings, open_parts: AsyncExitStack) -> str:
    """The address of the Valkey that the settings name, or of our own, which is kept running until the parts close."""
    if settings.redis_url:
        return settings.redis_url
    embedded = Embedded(settings.data)
    url = await embedded.start()
    open_parts.push_async_callback(embedded.stop)
    return url


async def _watch(settings: Settings, menus: Menus, sources: Sources) -> None:
    """Take up what operators and translators save, as soon as all of it is sound."""
    async for _ in awatch(settings.menus, settings.locales):
        try:
            new = await asyncio.to_thread(checked, settings, sources.questions)
        except MenuBroken as broken:
            for problem in broken.problems:
                log.error("menu not taken up", problem=str(problem))
            continue
        sources.take(new.entries, new.edition.offered)
        menus.replace(new.edition)
        log.info("menu taken up", version=new.edition.version)


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _live(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")


async def _ready(request: web.Request) -> web.Response:
    """Whether a citizen can be served now; the sources are not asked, since the menus say what to do without them."""
    try:
        await request.app[STORE].load("ready")
    except StoreUnavailable as down:
        return web.Response(status=503, text=f"{down}\n")
    return web.Response(text="ready\n")


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(_counted()), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _counted() -> CollectorRegistry:
    """What was counted by all workers where there are several, by this process where it is alone."""
    try:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:  # no PROMETHEUS_MULTIPROC_DIR
        return REGISTRY
    return registry
