"""The webhook of a message channel: answers each message once, and sends the answers through the outbox.

A request may hold several events. Messages of one citizen are answered in their order, those of several citizens at the
same time. If an answer takes longer than the gateway's timeout, the message is stored in SQL (deferred), the gateway
gets 200, and processing continues in the background; a worker answers it if this process dies. The gateway gets 503,
and so repeats the request, only if SQL cannot store. An event that no column can hold is dropped and counted.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import structlog

from channels.contracts.message_channel import ChannelEvent, DeliveryReport, MessageChannel, OptOut, UnknownReport
from channels.contracts.metrics import LIVE_METRICS, WebhookMetrics
from channels.contracts.sender import Message
from channels.contracts.webhook_request import WebhookResponse, text_response
from channels.deferred.inbound_record import encode_inbound
from channels.deferred.repository import DeferredRepository, NewDeferred
from channels.outbox.repository import Outbox
from channels.webhooks.frame import WebhookFrame
from channels.webhooks.hop_gate import HopGate
from channels.webhooks.outgoing_messages import OutgoingMessageService
from database.leased_queue import LEASE_SECONDS
from settings import Settings
from state.conversation.conversation import Conversation
from state.errors import Outdated, SourceUnavailable, StoreUnavailable, Unstorable
from state.identity import Pseudonyms
from state.interfaces import Inbound, Recipient, Reply

OLDEST: Final = 24 * 3600.0  # seconds: older messages are not answered
STATUS: Final = re.compile(r"[A-Za-z_ ]{1,40}")  # that may be logged
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MessagingServices:
    """The services that every message webhook needs."""

    conversation: Conversation
    outbox: Outbox
    promises: DeferredRepository
    post: OutgoingMessageService


class MessageWebhook:
    """The webhook of one message channel. A malformed request is acknowledged, or the gateway would repeat it."""

    def __init__(
        self,
        channel: MessageChannel,
        settings: Settings,
        clock: Callable[[], float] = time.time,
        metrics: WebhookMetrics = LIVE_METRICS,
    ) -> None:
        self.channel, self._clock, self._metrics = channel, clock, metrics
        self._gate = HopGate(channel.name, settings.hop_seconds, settings.most_at_once, metrics)
        self._names = Pseudonyms(settings.secrets.pepper)
        self._late: set[asyncio.Task[None]] = set()
        self.frame = WebhookFrame(channel, self._answer, lambda _: channel.acknowledge(None, None), metrics)

    async def close(self) -> None:
        """Cancel the answers in progress: they are deferred in SQL, and another process sends them."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    async def process(self, inbound: Inbound, services: MessagingServices) -> Reply | None:
        """Answer one message. Returns the reply if the response carries it, else puts it into the outbox."""
        to = sender(inbound)
        if to.heard_at and self._clock() - to.heard_at > OLDEST:
            log.info("old message left unanswered", channel=self.channel.name)
            return None
        allowed = await services.post.check_rate_limit(to, self._names.message(inbound))
        if allowed == "no":
            self._metrics.turned_away.labels(self.channel.name, "too_many").inc()
            return None
        talk = services.conversation
        reply: Reply | None
        how: str
        if allowed == "last":
            reply, how = talk.rate_limited_reply(self.channel.room), "enough"
        else:
            answering = talk.handle_message(inbound, self.channel.room, self.channel.dedup_seconds)
            reply, how = await self._gate.answer(answering, lambda: talk.unavailable_reply(self.channel.room))
        if reply is None or self.channel.replies_inline(inbound):
            return reply
        try:
            await services.outbox.enqueue(self._message(inbound, to, reply, how))
        except Outdated:  # withdrawn at this moment; the gateway need not repeat the message
            log.info("an answer no longer held when it was to leave", channel=self.channel.name)
        return None

    async def _answer(self, events: Sequence[ChannelEvent], services: MessagingServices) -> WebhookResponse:
        try:
            return await self._handle(events, services)
        except (SourceUnavailable, StoreUnavailable) as down:
            log.error("message not kept", channel=self.channel.name, why=str(down))
            return text_response("later\n", 503)

    async def _handle(self, events: Sequence[ChannelEvent], services: MessagingServices) -> WebhookResponse:
        by_citizen: dict[str, list[Inbound]] = defaultdict(list)
        last: Inbound | None = None
        for one in events:
            match one:
                case Inbound():
                    by_citizen[one.citizen].append(one)
                    last = one
                case DeliveryReport() | OptOut():
                    with self._dropping():
                        await self._store_deferred(one, services)
                case UnknownReport():
                    self._count_unknown(one)
        carried = await self._answer_all(list(by_citizen.values()), services)
        return self.channel.acknowledge(last, carried)

    async def _answer_all(self, talks: list[list[Inbound]], services: MessagingServices) -> Reply | None:
        """Answer the messages of each citizen before the gateway's timeout, and defer the rest.

        Returns the last reply that the response carries.
        """
        if not talks:
            return None
        carried: list[Reply] = []
        tasks = {asyncio.create_task(self._talk(talk, services, carried)): talk for talk in talks}
        done, late = await asyncio.wait(tasks, timeout=self.channel.response_deadline)
        for task in late:
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            for inbound in tasks[task]:
                with self._dropping():
                    await services.promises.add(self._answer_deferred(inbound))
        for task in done:
            task.result()
        return carried[-1] if carried else None

    async def _talk(self, talk: list[Inbound], services: MessagingServices, carried: list[Reply]) -> None:
        for inbound in talk:
            with self._dropping():
                if reply := await self.process(inbound, services):
                    carried.append(reply)

    @contextmanager
    def _dropping(self) -> Iterator[None]:
        """Drop and count an event that no column can hold, because a repeated request would fail again."""
        try:
            yield
        except Unstorable as value:
            self._metrics.turned_away.labels(self.channel.name, "unstorable").inc()
            log.warning("dropped what cannot be kept", channel=self.channel.name, why=str(value))

    def _count_unknown(self, one: UnknownReport) -> None:
        """Count and log a status that means nothing to us; only letters are logged, which are no phone number."""
        self._metrics.turned_away.labels(self.channel.name, "unknown_status").inc()
        status = one.status if STATUS.fullmatch(one.status) else ""
        log.warning("unknown status in a report", channel=self.channel.name, status=status)

    async def _store_deferred(self, one: DeliveryReport | OptOut, services: MessagingServices) -> None:
        if isinstance(one, DeliveryReport):
            named = self._names.reference(one.gateway, one.reference)
            await services.outbox.record_report(one.gateway, named, one.state, one.why, own=one.reference)
        else:
            await (services.post.stop(one.who, "gateway") if one.for_good else services.post.forget(one.who))

    def _answer_deferred(self, inbound: Inbound) -> NewDeferred:
        """The deferred answer to this message, due after a lease."""
        key = f"message:{self._names.message(inbound)}"
        return NewDeferred(
            key, "message", self._names.on_channel(inbound), encode_inbound(inbound), due_in=LEASE_SECONDS
        )

    def _message(self, inbound: Inbound, to: Recipient, reply: Reply, how: str) -> Message:
        """The reply as a message. `how` is in its key, so that an apology does not block the later answer."""
        key = f"{inbound.channel}:{self._names.message(inbound)}:{how}"
        message = Message(key, to.gateway, to.address, reply.text, is_awaited=True, last_inbound_at=to.heard_at)
        return replace(message, card=reply.card, basis=reply.basis)


def sender(inbound: Inbound) -> Recipient:
    """The recipient of the answer to this message."""
    return inbound.reply_to or Recipient("sms", inbound.citizen)
