"""Runs the binds of the SMPP gateways: what comes in by them, and the messages of the outbox that leave by them.

deliver_sm -> SmppDeliveries -> conversation -> outbox -> DeliveryWorker -> SmppSms -> the bind of the number
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from channels import sent_by_smpp
from channels.contracts.sender import GATEWAYS
from channels.declared.gateways import channel_name
from channels.outbox.sender_wrappers import CountingSender, Pseudonymous
from channels.smpp.binds import open_binds
from channels.smpp.deliveries import LOOK_SECONDS, SmppDeliveries
from channels.smpp.sender import SmppSms, SmsRoute
from channels.smpp.smpp_gateways import SmppGateways
from channels.smpp.smpp_rules import SmppSmsRules
from channels.smpp.smpp_shape import SmppFile
from channels.webhooks.message_reception import MessageReception
from channels.workers.delivery import DeliveryWorker
from channels.workers.polling import poll_forever
from channels.workers.supervision import supervise
from runtime.services import Services
from state.cancellation import end_task
from state.identity import Pseudonyms
from state.store.interface import Allowance


@asynccontextmanager
async def run_smpp(gateways: SmppGateways, parts: Services) -> AsyncIterator[None]:
    """Keep all binds up, and send and answer over them, for the duration of this context."""
    async with AsyncExitStack() as opened:
        routes = [_open(gateways, name, file, parts, opened) for name, file in gateways.ready()]
        if sent_by_smpp(gateways.settings):
            worker = _delivery(gateways, routes, parts)
            opened.push_async_callback(end_task, asyncio.create_task(supervise("delivery", worker.run)))
        yield


def _open(gateways: SmppGateways, name: str, file: SmppFile, parts: Services, opened: AsyncExitStack) -> SmsRoute:
    """Open one gateway. At the end its binds are closed first, then what came is answered."""
    rules = SmppSmsRules(channel_name(name, "sms"))
    reception = MessageReception(rules, gateways.settings)
    deliveries = SmppDeliveries(name, file, rules, reception, parts.messaging)
    opened.push_async_callback(deliveries.close)
    looking = supervise(name, lambda: poll_forever(deliveries.look, LOOK_SECONDS, name))
    opened.push_async_callback(end_task, asyncio.create_task(looking))
    return SmsRoute(name, file, open_binds(gateways, name, file, deliveries.take, opened))


def _delivery(gateways: SmppGateways, routes: list[SmsRoute], parts: Services) -> DeliveryWorker:
    counted = CountingSender(SmppSms(routes), parts.counters, time.time)
    sender = Pseudonymous(counted, Pseudonyms(gateways.settings.secrets.pepper))

    async def pace(gateway: str, most: int) -> Allowance:
        rate = sender.per_second
        return await parts.store.throttle(f"pace:{gateway}", 1 / rate, max(1, round(rate)), most)

    post = parts.messaging.post
    worker = DeliveryWorker(parts.messaging.outbox, [sender], pace, post.stopped)
    worker.elsewhere = GATEWAYS  # those of `zin deliver`
    return worker
