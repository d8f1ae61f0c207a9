"""Opens all services in order and closes them in reverse order, for the server, the delivery and the terminal phone.

settings -> the database, which only this module opens, prepares and closes -> sources; menus and translations -> Valkey
(embedded, if no address is set) -> store; outbox and outgoing messages -> conversation.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from analytics.counters import Counters
from analytics.flush import counting
from authoring.validation import ValidatedMenus, validate
from authoring.versions.languages import flat
from authoring.versions.publishing import MenuPublishing
from authoring.versions.repository import Publication
from authoring.versions.schedules import MenuSchedules
from channels.deferred.postponed import PostponedMessages
from channels.deferred.repository import DeferredRepository
from channels.outbox.opt_outs import OptOuts
from channels.outbox.repository import Outbox
from channels.sms_gateways import routed_gateways
from channels.webhooks.messaging_services import MessagingServices
from channels.webhooks.outgoing_messages import OutgoingMessageService
from channels.workers.polling import poll_forever
from channels.workers.supervision import supervise
from database import open_database
from database.encryption import Seal
from database.interface import Database, OpenDatabase
from database.migrations import prepare_tables
from database.secret_fingerprints import check_secrets
from runtime import season
from runtime.active_menus import MenuActivator, load_active_menus, open_menu_publishing
from runtime.menu_reload import MenuReloader
from runtime.menu_schedule import start_menu_schedule
from runtime.shared_menus import SharedMenus, share_menus
from runtime.start_wait import wait_for_sql
from runtime.store_check import check_store
from settings import Settings
from sources import Sources
from sources.registry import open_sources
from state.cancellation import end_task
from state.conversation.conversation import Conversation, ConversationPorts
from state.errors import SourceUnavailable
from state.menu.active_versions import ActiveMenus
from state.menu.change_feed import MenuChangeFeed
from state.menu.lint.rule import Questions
from state.session import MAX_SESSION_SECONDS
from state.store.embedded import EmbeddedValkey
from state.store.redis import RedisSessionStore

SourcesFactory = Callable[[Settings, Database], Awaitable[Sources]]
MenuCheck = Callable[[Settings, Questions], ValidatedMenus]
Tables = Callable[[OpenDatabase, Settings], Awaitable[None]]  # migrates them, or checks that the program can use them


@dataclass(frozen=True, slots=True)
class Services:
    """The open services of a process."""

    store: RedisSessionStore
    database: OpenDatabase
    sources: Sources
    ports: ConversationPorts
    messaging: MessagingServices
    change_feed: MenuChangeFeed
    versions: MenuPublishing
    counters: Counters

    @property
    def conversation(self) -> Conversation:
        """Return the conversation that answers citizens."""
        return self.messaging.conversation


async def prepare_workers(settings: Settings) -> SharedMenus:
    """Prepare the tables, load their data and compile the menus once, before several workers start.

    Raises InvalidMenu, SourceUnavailable or another ZinError.
    """
    await check_store(settings)
    async with _registry(settings, prepare_tables) as database:
        served = await load_active_menus(settings, database)
        await (await open_sources(served.settings, database)).close()
        return share_menus(served.settings)


@asynccontextmanager
async def open_services(
    settings: Settings,
    opened: SourcesFactory = open_sources,
    clock: Callable[[], float] = time.time,
    tables: Tables = prepare_tables,
    checked: MenuCheck = validate,
) -> AsyncIterator[Services]:
    """Open all services for the duration of this context.

    Raises InvalidMenu, StoreUnavailable or another ZinError if a service cannot start.
    """
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(_registry(settings, tables))
        served = await load_active_menus(settings, database)
        sources = await opened(served.settings, database)
        stack.push_async_callback(sources.close)
        activator, change_feed = _activate_menus(checked(served.settings, sources.built_in), sources)
        store = await _open_store(settings, stack)
        outbox, promises, post = _mail(database, store, settings, clock)
        versions = open_menu_publishing(settings, database, sources.built_in, clock)
        stack.push_async_callback(versions.compiled.close)
        reloader = MenuReloader(settings, versions.compiled, activator, change_feed)
        stack.push_async_callback(end_task, await _start_reloads(settings, reloader, versions, served.publication))
        stack.push_async_callback(end_task, start_menu_schedule(MenuSchedules(versions, clock)))
        stack.push_async_callback(end_task, await _start_season(database, sources, activator.menus))
        ports = ConversationPorts(store, sources, sources.preferences, post)
        counters = await stack.enter_async_context(counting(settings, store, database))
        talk = Conversation(activator.menus, ports, settings, clock, counters)
        messaging = MessagingServices(talk, outbox, promises, post, PostponedMessages(database, promises))
        yield Services(store, database, sources, ports, messaging, change_feed, versions, counters)


def _activate_menus(start: ValidatedMenus, sources: Sources) -> tuple[MenuActivator, MenuChangeFeed]:
    """Serve these menus first, and give their entries to the sources; return what activates and reports the next."""
    sources.reload(start.entries, start.edition.offered, start.edition.wordings)
    menus = ActiveMenus(start.edition, MAX_SESSION_SECONDS, time.monotonic)
    return MenuActivator(menus, sources), MenuChangeFeed(flat(start.translation_problems))


async def _start_reloads(
    settings: Settings, reloader: MenuReloader, versions: MenuPublishing, served: Publication | None
) -> asyncio.Task[None]:
    """Publish the menu folder if nothing is published, and reload the menus from now on."""
    newest = await versions.ensure_first_publication(settings.menus)
    return await reloader.start(newest if settings.reloads_saved_menus else served)


def _mail(
    database: Database, store: RedisSessionStore, settings: Settings, clock: Callable[[], float]
) -> tuple[Outbox, DeferredRepository, OutgoingMessageService]:
    seal = Seal(*settings.secrets.rest)
    outbox = Outbox(database, seal, clock, routed_gateways(settings))
    promises = DeferredRepository(database, seal, clock)
    return outbox, promises, OutgoingMessageService(outbox, promises, OptOuts(database, clock), store, settings)


@asynccontextmanager
async def _registry(settings: Settings, tables: Tables) -> AsyncIterator[OpenDatabase]:
    """Open the database of the settings, with its tables migrated or verified, and close it at the end."""
    database = open_database(settings)

    async def prepare() -> None:
        await tables(database, settings)
        await check_secrets(database, settings.secrets, may_replace=settings.migrates_by_itself)

    try:
        await wait_for_sql(prepare, settings.start_seconds)
        yield database
    finally:
        await database.close()


async def _open_store(settings: Settings, stack: AsyncExitStack) -> RedisSessionStore:
    """Open the store: Valkey of the settings, or an embedded one that runs until the services close."""
    url = settings.redis_url or await _start_valkey(settings, stack)
    store = RedisSessionStore(url, settings.connect_seconds, settings.failover_seconds)
    stack.push_async_callback(store.close)
    return store


async def _start_valkey(settings: Settings, stack: AsyncExitStack) -> str:
    embedded = EmbeddedValkey(settings.data)
    stack.push_async_callback(embedded.stop)  # also of a start that is cut short
    return await embedded.start()


async def _start_season(database: Database, sources: Sources, menus: ActiveMenus) -> asyncio.Task[None]:
    """Show what is in season, and look for changes from now on; without an answer now, at the next look."""
    with suppress(SourceUnavailable):
        await season.look_at_season(sources, menus)
    look, watch = partial(season.look_at_season, sources, menus), database.watch(*season.TABLES)
    rest = partial(season.rest, watch)
    return asyncio.create_task(supervise("season", lambda: poll_forever(look, season.POLL_SECONDS, "season", rest)))
