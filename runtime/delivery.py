"""Runs the workers that send: messages of the outbox and of ministries, deferred answers, announced publications.

outbox -> DeliveryWorker -> senders of the gateways, each at its pace that all processes share through the store.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from accounts.contacts import Contacts
from api.assembly import build_callbacks, build_dispatcher
from channels import open_receptions, open_route_senders, open_senders, sent_by_smpp
from channels.contracts.sender import Sender
from channels.outbox.sender_wrappers import CountingSender, Pseudonymous
from channels.outbox.traced_sender import traced_sender
from channels.sms_gateways import route_table, routed_gateways
from channels.workers.deferred_answers import DeferredWorker
from channels.workers.delivery import DeliveryWorker
from channels.workers.delivery_window import Pace
from channels.workers.polling import poll_forever
from channels.workers.postponed_messages import PostponedWorker
from channels.workers.routed_delivery import OwnRoute
from channels.workers.supervision import supervise
from database.encryption import Seal
from notifications.delivery import POLL_SECONDS as NOTIFICATION_SECONDS
from notifications.delivery import NotificationDelivery, Ways
from notifications.mailer import Mailer
from registers.inbox import POLL_SECONDS as INBOX_SECONDS
from registers.inbox import Inbox
from results.announcer import POLL_SECONDS, ResultAnnouncer
from runtime.balances import note_balances
from runtime.retention import TIDY_SECONDS, tidy_once
from runtime.routed_sms import routed_worker
from runtime.services import Services
from settings import Settings
from state.cancellation import end_task
from state.identity import Pseudonyms
from state.store.interface import Allowance


@asynccontextmanager
async def run_delivery(settings: Settings, parts: Services, say: Callable[[str], None]) -> AsyncIterator[None]:
    """Deliver the messages of the outbox and the deferred answers for the duration of this context."""
    webhooks = list(open_receptions(settings))
    counted = (CountingSender(traced_sender(one), parts.counters, time.time) for one in open_senders(settings, say))
    senders = [Pseudonymous(sender, Pseudonyms(settings.secrets.pepper)) for sender in counted]
    paces = {sender.gateway: sender.per_second for sender in senders}

    async def pace(gateway: str, most: int) -> Allowance:
        return await parts.store.throttle(f"pace:{gateway}", 1 / paces[gateway], max(1, round(paces[gateway])), most)

    async with AsyncExitStack() as open_parts:
        delivery = _delivery(settings, parts, senders, pace)
        for sender in senders:
            open_parts.push_async_callback(sender.close)
        deferred, announcer = DeferredWorker(parts.messaging, webhooks), ResultAnnouncer(parts.database)
        ministries = build_dispatcher(settings, parts.database, parts.sources, parts.messaging)
        reports = build_callbacks(settings, parts.database)
        open_parts.push_async_callback(reports.client.close)
        workers: dict[str, Callable[[], Awaitable[object]]] = {
            "delivery": delivery.run,
            "promises": deferred.run,
            "postponed messages": PostponedWorker(parts.messaging, webhooks).run,
            "publications": lambda: poll_forever(announcer.announce_due, POLL_SECONDS, "publications"),
            "ministries": ministries.run,
            "callbacks": reports.run,
            "retention": lambda: poll_forever(partial(tidy_once, parts.database), TIDY_SECONDS, "past rows"),
        }
        for name, run in (workers | _further_workers(settings, parts, open_parts)).items():
            open_parts.push_async_callback(end_task, asyncio.create_task(supervise(name, run)))
        yield


def _delivery(settings: Settings, parts: Services, senders: Iterable[Sender], pace: Pace) -> DeliveryWorker:
    worker = DeliveryWorker(parts.messaging.outbox, senders, pace, parts.messaging.post.stopped)
    worker.elsewhere = sent_by_smpp(settings) | routed_gateways(settings)
    return worker


def _notifications(settings: Settings, parts: Services) -> Callable[[], Awaitable[object]]:
    mailer = Mailer(settings.smtp) if settings.smtp else None
    ways = Ways(mailer, parts.messaging.outbox, settings.quiet)
    contacts = Contacts(parts.database, Seal(*settings.secrets.rest))
    worker = NotificationDelivery(parts.database, contacts, ways)
    return lambda: poll_forever(worker.round, NOTIFICATION_SECONDS, "notifications")


def _further_workers(
    settings: Settings, parts: Services, opened: AsyncExitStack
) -> dict[str, Callable[[], Awaitable[object]]]:
    """Return the worker of notifications, and those of some installations only: of routes, balances and an inbox."""
    workers: dict[str, Callable[[], Awaitable[object]]] = {
        "notifications": _notifications(settings, parts),
        **_inbox_worker(settings, parts),
    }
    if settings.at_username:
        workers["balances"] = partial(note_balances, settings, parts.database)
    if table := route_table(settings):
        senders = open_route_senders(settings, table).items()
        routes = {
            name: OwnRoute(CountingSender(traced_sender(sender), parts.counters, time.time)) for name, sender in senders
        }
        workers["routes"] = routed_worker(settings, parts, table, routes)
        for one in routes.values():
            opened.push_async_callback(one.sender.close)
    return workers


def _inbox_worker(settings: Settings, parts: Services) -> dict[str, Callable[[], Awaitable[object]]]:
    """Return the worker that watches the folder for files of registers, if one is set."""
    if not settings.inbox:
        return {}
    inbox = Inbox(Path(settings.inbox), lambda: parts.versions.active_settings(settings))
    return {"inbox": lambda: poll_forever(inbox.take_all, INBOX_SECONDS, "inbox")}
