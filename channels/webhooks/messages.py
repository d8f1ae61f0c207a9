"""The mailroom of a channel of messages: what a gateway brings is heard once, and the answers leave by the outbox.

A request may bring several things. Messages of one citizen are heard in their order, those of several side by side. A
gateway that does not wait long is thanked in time: what is not answered by then is promised in SQL first, so that a
killed process loses nothing, and heard on. Only when SQL itself cannot keep an answer is a gateway not thanked, so that
it brings the message again. What no column could ever keep is dropped alone, and counted.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import structlog
from aiohttp import web

from channels.contracts.message_channel import DeliveryReport, MessageChannel, OptOut
from channels.contracts.metrics import LIVE_METRICS, WebhookMetrics
from channels.contracts.sender import Message
from channels.deferred.repository import LEASE, DeferredRepository, NewDeferred, written
from channels.outbox.repository import Outbox
from channels.webhooks.outgoing_messages import OutgoingMessageService
from channels.webhooks.ussd import Handler, HopGate
from settings import Settings
from state.conversation.conversation import Conversation
from state.errors import BadRequest, Outdated, SourceUnavailable, StoreUnavailable, Unauthenticated, Unstorable
from state.identity import Pseudonyms
from state.interfaces import Inbound, Recipient, Reply

OLDEST: Final = 24 * 3600.0  # seconds: what was written before that is not answered as if it were fresh
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MessagingServices:
    """What every mailroom reaches for."""

    conversation: Conversation
    outbox: Outbox
    promises: DeferredRepository
    post: OutgoingMessageService


class MessageWebhook:
    """One channel's messages."""

    def __init__(
        self,
        mailbox: MessageChannel,
        settings: Settings,
        clock: Callable[[], float] = time.time,
        meters: WebhookMetrics = LIVE_METRICS,
    ) -> None:
        self.mailbox, self._hall = mailbox, HopGate(mailbox.name, settings.hop_seconds, settings.most_at_once, meters)
        self._clock, self._turned_away = clock, meters.turned_away
        self._names = Pseudonyms(settings.secrets.pepper)
        self._late: set[asyncio.Task[None]] = set()

    def door(self, rooms: Callable[[web.Request], MessagingServices]) -> Handler:
        """What answers the gateway's requests."""

        async def enter(request: web.Request) -> web.Response:
            try:
                self.mailbox.verify(request)
                said = await self.mailbox.read(request)
            except Unauthenticated:
                self._turned_away.labels(self.mailbox.name, "stranger").inc()
                return web.Response(status=403, text="forbidden\n")
            except BadRequest as wrong:
                self._turned_away.labels(self.mailbox.name, "bad_request").inc()
                log.info("bad request", channel=self.mailbox.name, what=str(wrong))
                return self.mailbox.acknowledge(None, None)
            except Exception:  # a fault of ours, which is the same each time that the gateway brings it
                self._turned_away.labels(self.mailbox.name, "unreadable").inc()
                log.exception("request not read", channel=self.mailbox.name)
                return self.mailbox.acknowledge(None, None)
            try:
                return await self._taken(said, rooms(request))
            except (SourceUnavailable, StoreUnavailable) as down:
                log.error("message not kept", channel=self.mailbox.name, why=str(down))
                return web.Response(status=503, text="later\n")

        return enter

    async def close(self) -> None:
        """Leave what is still being heard: it was promised, and another process will hear it."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    async def hear(self, inbound: Inbound, rooms: MessagingServices) -> Reply | None:
        """Answer one message; gives the answer where it travels in the response, and posts it elsewhere."""
        to = sender(inbound)
        if to.heard_at and self._clock() - to.heard_at > OLDEST:
            log.info("old message left unanswered", channel=self.mailbox.name)
            return None
        allowed = await rooms.post.check_rate_limit(to, self._names.message(inbound))
        if allowed == "no":
            self._turned_away.labels(self.mailbox.name, "too_many").inc()
            return None
        talk = rooms.conversation
        reply: Reply | None
        how: str
        if allowed == "last":
            reply, how = talk.rate_limited_reply(self.mailbox.room), "enough"
        else:
            answering = talk.handle_message(inbound, self.mailbox.room, self.mailbox.dedup_seconds)
            reply, how = await self._hall.answer(answering, lambda: talk.unavailable_reply(self.mailbox.room))
        if reply is None or self.mailbox.replies_inline(inbound):
            return reply
        try:
            await rooms.outbox.enqueue(self._message(inbound, to, reply, how))
        except Outdated:  # it was taken back in this very moment, and the gateway need not bring the message again
            log.info("an answer no longer held when it was to leave", channel=self.mailbox.name)
        return None

    async def _taken(self, said: Iterable[object], rooms: MessagingServices) -> web.Response:
        by_citizen: dict[str, list[Inbound]] = defaultdict(list)
        last: Inbound | None = None
        for one in said:
            match one:
                case Inbound():
                    by_citizen[one.citizen].append(one)
                    last = one
                case DeliveryReport() | OptOut():
                    with self._dropping():
                        await self._store_deferred(one, rooms)
        carried = await self._heard(list(by_citizen.values()), rooms)
        return self.mailbox.acknowledge(last, carried)

    async def _heard(self, talks: list[list[Inbound]], rooms: MessagingServices) -> Reply | None:
        """Hear every talk within the gateway's patience; gives the last answer that travels in the response."""
        if not talks:
            return None
        carried: list[Reply] = []
        tasks = {asyncio.create_task(self._talk(talk, rooms, carried)): talk for talk in talks}
        done, late = await asyncio.wait(tasks, timeout=self.mailbox.response_deadline)
        for task in late:
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            for inbound in tasks[task]:
                with self._dropping():
                    await rooms.promises.add(self._answer_deferred(inbound))
        for task in done:
            task.result()
        return carried[-1] if carried else None

    async def _talk(self, talk: list[Inbound], rooms: MessagingServices, carried: list[Reply]) -> None:
        for inbound in talk:
            with self._dropping():
                if reply := await self.hear(inbound, rooms):
                    carried.append(reply)

    @contextmanager
    def _dropping(self) -> Iterator[None]:
        """Drop what no column can hold, and count it: brought again, it would be the same."""
        try:
            yield
        except Unstorable as value:
            self._turned_away.labels(self.mailbox.name, "unstorable").inc()
            log.warning("dropped what cannot be kept", channel=self.mailbox.name, why=str(value))

    async def _store_deferred(self, one: DeliveryReport | OptOut, rooms: MessagingServices) -> None:
        if isinstance(one, DeliveryReport):
            named = self._names.reference(one.gateway, one.reference)
            await rooms.outbox.record_report(one.gateway, named, one.state, one.why, own=one.reference)
        else:
            await (rooms.post.stop(one.who) if one.for_good else rooms.post.forget(one.who))

    def _answer_deferred(self, inbound: Inbound) -> NewDeferred:
        """The promise to answer this message; whoever finds it unanswered after a lease answers it."""
        key = f"message:{self._names.message(inbound)}"
        return NewDeferred(key, "message", self._names.on_channel(inbound), written(inbound), due_in=LEASE)

    def _message(self, inbound: Inbound, to: Recipient, reply: Reply, how: str) -> Message:
        """The answer as a message; words in place of an answer do not stand in the way of the answer itself."""
        key = f"{inbound.channel}:{self._names.message(inbound)}:{how}"
        told = Message(key, to.gateway, to.address, reply.text, is_awaited=True, last_inbound_at=to.heard_at)
        return replace(told, card=reply.card, basis=reply.basis)


def sender(inbound: Inbound) -> Recipient:
    """Where the answer to this message goes."""
    return inbound.reply_to or Recipient("sms", inbound.citizen)
