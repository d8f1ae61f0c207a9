"""Runs the binds of the SMPP gateways: what comes in by them, and the messages of the outbox that leave by them.

deliver_sm of an SMS  -> SmppDeliveries -> conversation -> outbox -> DeliveryWorker -> SmppSms -> the number's bind
deliver_sm of a call -> CallDeliveries -> conversation -> the screen -> the same bind, first
message of the outbox, where Zin opens calls -> PushingSender -> Pushes -> the same bind; SmppSms if nobody answers
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from channels import sent_by_smpp
from channels.contracts.sender import GATEWAYS, Sender
from channels.declared.gateways import channel_name
from channels.outbox.sender_wrappers import CountingSender, Pseudonymous
from channels.outbox.traced_sender import traced_sender
from channels.smpp.arrivals import Arrivals
from channels.smpp.binds import open_binds
from channels.smpp.call_deliveries import call_deliveries
from channels.smpp.deliveries import LOOK_SECONDS, SmppDeliveries
from channels.smpp.pushes import Pushes
from channels.smpp.pushing_sender import PushingSender
from channels.smpp.sender import SmppSms, SmsRoute
from channels.smpp.smpp_files import FoundGateway
from channels.smpp.smpp_gateways import SmppGateways
from channels.smpp.smpp_rules import SmppSmsRules
from channels.smpp.smpp_shape import SmsPart
from channels.smpp.stored_parts import StoredParts
from channels.sms_gateways import route_table
from channels.webhooks.message_reception import MessageReception
from channels.workers.delivery import DeliveryWorker
from channels.workers.polling import poll_forever
from channels.workers.routed_delivery import OwnRoute
from channels.workers.supervision import supervise
from database.encryption import Seal
from runtime.routed_sms import routed_worker
from runtime.services import Services
from settings import Settings
from smpp.client import Client
from state.cancellation import end_task
from state.identity import Pseudonyms
from state.store.interface import Allowance


@asynccontextmanager
async def run_smpp(gateways: SmppGateways, parts: Services) -> AsyncIterator[None]:
    """Keep all binds up, and send and answer over them, for the duration of this context."""
    async with AsyncExitStack() as opened:
        found = list(gateways.ready())
        pushes = {one.name: pushed for one in found if (pushed := _pushes(one, gateways.settings, parts))}
        binds = [(one, _open(gateways, one, parts, pushes.get(one.name), opened)) for one in found]
        routes = [SmsRoute(one.name, one.file, one.file.sms, bind) for one, bind in binds if one.file.sms]
        if table := route_table(gateways.settings):
            chosen = [one for one in routes if one.name in table.gateways]
            own = {one.name: OwnRoute(_sender([one], pushes, parts), partial(_is_bound, one)) for one in chosen}
            run = routed_worker(gateways.settings, parts, table, own)
            opened.push_async_callback(end_task, asyncio.create_task(supervise("routes", run)))
        elif routes and sent_by_smpp(gateways.settings):
            worker = _delivery(gateways.settings, _sender(routes, pushes, parts), parts)
            opened.push_async_callback(end_task, asyncio.create_task(supervise("delivery", worker.run)))
        yield


def _is_bound(route: SmsRoute) -> bool:
    return route.bind.is_bound


def _pushes(found: FoundGateway, settings: Settings, parts: Services) -> Pushes | None:
    """Return what opens calls by a gateway; None if its file does not say so."""
    if not (found.file.ussd and found.file.ussd.push):
        return None
    names = Pseudonyms(settings.secrets.pepper)
    return Pushes(found, parts.conversation, parts.messaging.outbox, parts.ports, names)


def _open(
    gateways: SmppGateways, found: FoundGateway, parts: Services, pushes: Pushes | None, opened: AsyncExitStack
) -> Client:
    """Open one gateway. At the end its last screens leave, then its binds are closed, then messages are answered."""
    sms = found.file.sms
    messages = _open_messages(found.name, sms, gateways, parts, opened) if sms else None
    calls = call_deliveries(found, parts.conversation, gateways.settings, pushes)
    arrivals = Arrivals(found.name, calls, messages)
    bind = open_binds(gateways, found.name, found.file, arrivals.take, opened)
    if calls:
        calls.bind = bind
        opened.push_async_callback(calls.close)
    return bind


def _open_messages(
    name: str, sms: SmsPart, gateways: SmppGateways, parts: Services, opened: AsyncExitStack
) -> SmppDeliveries:
    rules = SmppSmsRules(channel_name(name, "sms"))
    reception = MessageReception(rules, gateways.settings)
    secrets = gateways.settings.secrets
    stored = StoredParts(name, parts.database, Seal(*secrets.rest), Pseudonyms(secrets.pepper))
    deliveries = SmppDeliveries(name, sms, rules, reception, parts.messaging, stored)
    opened.push_async_callback(deliveries.close)
    looking = supervise(name, lambda: poll_forever(deliveries.look, LOOK_SECONDS, name))
    opened.push_async_callback(end_task, asyncio.create_task(looking))
    return deliveries


def _sender(routes: Sequence[SmsRoute], pushes: Mapping[str, Pushes], parts: Services) -> Sender:
    messages = SmppSms(routes)
    return PushingSender(CountingSender(traced_sender(messages), parts.counters, time.time), messages, pushes)


def _delivery(settings: Settings, counted: Sender, parts: Services) -> DeliveryWorker:
    sender = Pseudonymous(counted, Pseudonyms(settings.secrets.pepper))

    async def pace(gateway: str, most: int) -> Allowance:
        rate = sender.per_second
        return await parts.store.throttle(f"pace:{gateway}", 1 / rate, max(1, round(rate)), most)

    post = parts.messaging.post
    worker = DeliveryWorker(parts.messaging.outbox, [sender], pace, post.stopped)
    worker.elsewhere = GATEWAYS  # those of `zin deliver`
    return worker
