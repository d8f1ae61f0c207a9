"""Builds the aiohttp application: the only module that knows every part.

settings -> Valkey (ours, if no address is set) -> store; sources; menus and words; outbox and post -> conversation;
channels -> doors and mailrooms to it. Starting in that order, stopping in reverse, after the hops in flight are
answered.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from channels import open_channels, open_mailboxes, open_senders
from channels.contract import MOST_BYTES
from channels.counted import Counted
from channels.delivery import Delivery
from channels.door import door
from channels.mailroom import Mailroom, Rooms
from channels.optouts import OptOuts
from channels.outbox import Outbox
from channels.owed import Owed
from channels.post import PostOffice
from channels.promises import Promises
from channels.rounds import rounds
from channels.whatsapp import Whatsapp, challenge
from checking import checked
from console import health
from console.access import Access
from console.desk import desk
from console.parts import DESK, Desk
from console.trials import SERVICE, STAGED, TRIALS, trials
from console.ways import ACCESS
from editions.versions import Versions
from figures.counters import Counters
from figures.flushing import counting
from operators.accounts import Accounts
from registry import open_database
from registry.database import Database
from registry.migrations import migrate
from registry.sealing import Seal
from results.herald import LOOK, Herald
from serving import Taking, in_service, replaying, versions_of
from settings import Settings
from sources import Sources
from sources.opening import open_sources
from state.hop import Conversation, Outside
from state.lookout import Lookout
from state.menus import Menus
from state.store import Valkey
from state.valkey import Embedded
from watching import Watch

OPEN_SESSION_SECONDS: Final = 24 * 3600.0  # the longest life of a session on any channel: an old menu is kept as long
Opener = Callable[[Settings], Awaitable[Sources]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What was opened, for whoever serves, delivers or calls."""

    store: Valkey
    database: Database
    outside: Outside
    rooms: Rooms
    lookout: Lookout
    versions: Versions
    counters: Counters

    @property
    def below(self) -> tuple[Valkey, Database]:
        """What all of it stands on."""
        return self.store, self.database

    @property
    def conversation(self) -> Conversation:
        return self.rooms.conversation


PARTS: Final = web.AppKey("parts", Parts)
MAILROOMS: Final = web.AppKey("mailrooms", list[Mailroom])


def build(
    settings: Settings, *, opened: Opener = open_sources, clock: Callable[[], float] = time.time
) -> web.Application:
    """The application, with everything behind it opened when it starts and closed when it stops."""
    app = web.Application(client_max_size=MOST_BYTES)
    app[MAILROOMS] = [Mailroom(mailbox, settings, clock) for mailbox in open_mailboxes(settings)]

    async def behind(app: web.Application) -> AsyncIterator[None]:
        async with everything(settings, opened, clock) as parts:
            app[PARTS] = parts
            menus, versions = parts.conversation.menus, parts.versions
            replay = replaying(settings)
            app[DESK] = Desk(settings, parts.store, parts.database, menus, parts.lookout, versions, replay)
            app[ACCESS] = Access(settings, parts.store, Accounts(parts.database, clock), clock)
            lines = {SERVICE: lambda: menus.current, STAGED: lambda: versions.compiled.ahead}
            async with trials(settings, parts.outside, lines) as app[TRIALS]:
                yield
            await asyncio.gather(*(room.close() for room in app[MAILROOMS]))

    app.cleanup_ctx.append(behind)
    for channel in open_channels(settings):
        enter = door(channel, lambda request: request.app[PARTS].conversation, settings)
        app.router.add_post(channel.path, enter)
    for room in app[MAILROOMS]:
        app.router.add_post(room.mailbox.path, room.door(lambda request: request.app[PARTS].rooms))
    app.router.add_get(Whatsapp.path, challenge(settings.whatsapp_verify_token.get_secret_value()))
    app.router.add_get("/health/live", health.live)
    app.router.add_get("/health/ready", health.ready(lambda request: request.app[PARTS].store))
    app.router.add_get("/metrics", health.metrics(lambda request: request.app[PARTS].below))
    app.router.add_get("/", _home)
    app.add_subapp("/bureau", desk())
    return app


async def _home(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "/bureau/"})


@asynccontextmanager
async def everything(
    settings: Settings, opened: Opener = open_sources, clock: Callable[[], float] = time.time
) -> AsyncIterator[Parts]:
    """Every part that a citizen's answer needs, as long as this context lasts.

    Raises MenuBroken, StoreUnavailable or another ZinError when a part cannot start.
    """
    async with AsyncExitStack() as open_parts:
        served = await in_service(settings)
        sources = await opened(served.settings)
        open_parts.push_async_callback(sources.close)
        start = checked(served.settings, sources.questions)
        sources.take(start.entries, start.edition.offered, start.edition.wordings)
        menus = Menus(start.edition, OPEN_SESSION_SECONDS, clock)
        store = Valkey(await _valkey(settings, open_parts), settings.connect_seconds)
        open_parts.push_async_callback(store.close)
        database = open_database(settings)
        open_parts.push_async_callback(database.close)
        await migrate(database)
        outbox, promises, post = _mail(database, store, settings, clock)
        lookout, versions = Lookout(), versions_of(settings, database, sources.questions, clock)
        open_parts.push_async_callback(versions.compiled.close)
        now = await versions.begin(settings.menus)
        watch = Watch(settings, versions.compiled, Taking(menus, sources, database), lookout)
        seen = now if settings.env == "demo" else served.publication
        open_parts.push_async_callback(_stop, await watch.start(seen))
        outside = Outside(store, sources, sources.preferences, post)
        counters = await open_parts.enter_async_context(counting(settings, store, database))
        conversation = Conversation(menus, outside, settings, clock, counters)
        yield Parts(store, database, outside, Rooms(conversation, outbox, promises, post), lookout, versions, counters)


def _mail(
    database: Database, store: Valkey, settings: Settings, clock: Callable[[], float]
) -> tuple[Outbox, Promises, PostOffice]:
    seal = Seal(settings.secret.get_secret_value())
    outbox, promises = Outbox(database, seal, clock), Promises(database, seal, clock)
    return outbox, promises, PostOffice(outbox, promises, OptOuts(database, clock), store, settings)


@asynccontextmanager
async def delivering(settings: Settings, parts: Parts, say: Callable[[str], None]) -> AsyncIterator[None]:
    """One delivery of what stands in the outbox, and of what is owed, as long as this context lasts."""
    mailrooms = [Mailroom(mailbox, settings) for mailbox in open_mailboxes(settings)]
    senders = [Counted(sender, parts.counters, time.time) for sender in open_senders(settings, say)]
    paces = {sender.gateway: sender.per_second for sender in senders}

    async def pace(gateway: str) -> float:
        return await parts.store.pace(f"pace:{gateway}", 1 / paces[gateway], max(1, round(paces[gateway])))

    async with AsyncExitStack() as open_parts:
        delivery = Delivery(parts.rooms.outbox, senders, pace, parts.rooms.post.stopped)
        for sender in senders:
            open_parts.push_async_callback(sender.close)
        herald = rounds(Herald(parts.database).round, LOOK, "publications")
        for running in (delivery.run(), Owed(parts.rooms, mailrooms).run(), herald):
            open_parts.push_async_callback(_stop, asyncio.create_task(running))
        yield


async def _valkey(settings: Settings, open_parts: AsyncExitStack) -> str:
    """The address of the Valkey that the settings name, or of our own, which is kept running until the parts close."""
    if settings.redis_url:
        return settings.redis_url
    embedded = Embedded(settings.data)
    url = await embedded.start()
    open_parts.push_async_callback(embedded.stop)
    return url


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
