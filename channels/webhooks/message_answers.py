"""The answer to one message: given now through the outbox or the response, or postponed until Valkey is back.

    Valkey and SQL answer   the answer goes into the outbox, or the response carries it
    too slowly              as if Valkey did not; a message that is late again and again gets an apology
    our tables do not       the same, if it asks for what they have; in the end it gets the screen for a failure
    Valkey does not         the message is stored in SQL; a worker answers it, in the order of its citizen's messages
    SQL does not            SourceUnavailable, so that the gateway sends the message again; the answer waits in Valkey
    neither does            StoreUnavailable or SourceUnavailable, so that the gateway sends the message again

A STOP is obeyed as soon as it is read, also if no answer to it can be given.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import structlog

from channels.contracts.message_channel import MessageRules
from channels.contracts.metrics import WebhookMetrics
from channels.contracts.sender import Message
from channels.deferred.inbound_record import encode_inbound
from channels.deferred.repository import NewDeferred
from channels.webhooks.hop_gate import SORRY
from channels.webhooks.messaging_services import MessagingServices
from channels.webhooks.traced_hops import open_hop_gate
from database.leased_queue import LEASE_SECONDS
from settings import Settings
from state.conversation.message_input import is_opt_out
from state.deadline import DeadlineExceeded
from state.errors import Outdated, SourceUnavailable, StoreUnavailable, TablesUnavailable
from state.identity import Pseudonyms
from state.interfaces import Inbound, Recipient, Reply

Said = tuple[Reply, str]  # and how it came: answered, sorry or enough
AWAY: Final = (StoreUnavailable, SourceUnavailable)  # what fails by these can be answered later
RETRIED: Final = (DeadlineExceeded, TablesUnavailable)  # MAX_RETRIES times: the message itself may be the cause
MAX_RETRIES: Final = 8
LATER: Final = (*AWAY, *RETRIED)
OLDEST: Final = 24 * 3600.0  # seconds: older messages are not answered
log = structlog.get_logger()


class MessageAnswers:
    """Answers the messages of one channel."""

    def __init__(
        self,
        channel: MessageRules,
        settings: Settings,
        metrics: WebhookMetrics,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._channel, self._clock, self._metrics = channel, clock, metrics
        self._gate = open_hop_gate(channel.name, settings, metrics)
        self._names = Pseudonyms(settings.secrets.pepper)

    async def answer_or_postpone(self, inbound: Inbound, services: MessagingServices) -> Reply | None:
        """Answer a message that a gateway sent; returns the reply if the response carries it.

        Raises StoreUnavailable and SourceUnavailable if the gateway must send it again.
        """
        postponed, started = services.postponed, time.perf_counter()
        if postponed and await postponed.has_any_of(self._names.on_channel(inbound)):
            why = "an earlier message waits"
        else:
            try:
                return await self.answer(inbound, services)
            except (StoreUnavailable, *RETRIED) as down:
                why = str(down)
        if await self._postpone(inbound, services, why):
            self._metrics.hops.labels(self._channel.name, "postponed").observe(time.perf_counter() - started)
            log.warning("message postponed", channel=self._channel.name, why=why)
        else:
            self._metrics.turned_away.labels(self._channel.name, "too_many").inc()
        return None

    async def answer(self, inbound: Inbound, services: MessagingServices) -> Reply | None:
        """Answer a message; returns the reply if the response carries it, else puts it into the outbox.

        Raises an error of LATER if it is not answered.
        """
        if not (said := await self._say(inbound, services)):
            return None
        if self._channel.replies_inline(inbound):
            return said[0]
        await self._enqueue(inbound, said, services)
        return None

    async def answer_by_worker(self, inbound: Inbound, services: MessagingServices, *, last: bool = False) -> str:
        """Answer a message without a response; returns the key of its answer in the outbox, "" if it gets none.

        A second call gives the same answer, and no second message. Raises as `answer` does; if this is the last try,
        it gets an apology in place of those of RETRIED.
        """
        said = await self._say(inbound, services, by_worker=True, last=last)
        return await self._enqueue(inbound, said, services) if said else ""

    def deferred(self, inbound: Inbound) -> NewDeferred:
        """The deferred answer to this message, due after a lease."""
        key = f"message:{self._names.message(inbound)}"
        return NewDeferred(
            key, "message", self._names.on_channel(inbound), encode_inbound(inbound), due_in=LEASE_SECONDS
        )

    async def _say(
        self, inbound: Inbound, services: MessagingServices, *, by_worker: bool = False, last: bool = False
    ) -> Said | None:
        """What to say to a message, None for nothing."""
        to, talk, room = sender(inbound), services.conversation, self._channel.room
        if to.heard_at and self._clock() - to.heard_at > OLDEST:
            log.info("old message left unanswered", channel=self._channel.name)
            return None
        allowed = await services.post.check_rate_limit(to, self._names.message(inbound))
        if allowed != "yes":
            await self._obey_stop(inbound, services)
        if allowed == "no":
            self._metrics.turned_away.labels(self._channel.name, "too_many").inc()
            return None
        if allowed == "last":
            return talk.rate_limited_reply(room), "enough"
        in_trial, seconds = services.postponed is None, self._channel.dedup_seconds
        waits = not (last or in_trial or (self._channel.replies_inline(inbound) and not by_worker))
        answering = talk.handle_message(inbound, room, seconds, postponed=by_worker, waits=waits)
        later = AWAY if last or in_trial else LATER
        reply, how = await self._gate.answer(answering, lambda: talk.unavailable_reply(room), later)
        if how == SORRY:  # if that was Valkey's fault, the message can be answered later
            await services.post.check_store()
        return (reply, how) if reply else None

    async def _enqueue(self, inbound: Inbound, said: Said, services: MessagingServices) -> str:
        """Put the reply into the outbox. If SQL does not answer, it waits in Valkey for the message to come again."""
        message = self._message(inbound, *said)
        try:
            await services.outbox.enqueue(message)
        except Outdated:  # withdrawn at this moment; the gateway need not repeat the message
            log.info("an answer no longer held when it was to leave", channel=self._channel.name)
        except SourceUnavailable:
            await services.conversation.heard.keep_unsent(inbound, self._channel.dedup_seconds, said[0])
            raise
        return message.key

    async def _postpone(self, inbound: Inbound, services: MessagingServices, why: str) -> bool:
        """Store a message to be answered later. Returns False if too many of its citizen wait already.

        Raises StoreUnavailable if no worker would answer it.
        """
        if services.postponed is None:
            raise StoreUnavailable(why)
        await self._obey_stop(inbound, services)
        limit = services.post.hourly_limit(sender(inbound))
        return await services.postponed.add(self.deferred(inbound), limit)

    async def _obey_stop(self, inbound: Inbound, services: MessagingServices) -> None:
        if is_opt_out(services.conversation.menus.current, inbound):
            await services.post.stop(sender(inbound))

    def _message(self, inbound: Inbound, reply: Reply, how: str) -> Message:
        """The reply as a message. `how` is in its key, so that an apology does not block the later answer."""
        to = sender(inbound)
        key = f"{inbound.channel}:{self._names.message(inbound)}:{how}"
        message = Message(key, to.gateway, to.address, reply.text, is_awaited=True, last_inbound_at=to.heard_at)
        return replace(message, card=reply.card, basis=reply.basis)


def sender(inbound: Inbound) -> Recipient:
    """The recipient of the answer to this message."""
    return inbound.reply_to or Recipient("sms", inbound.citizen)
