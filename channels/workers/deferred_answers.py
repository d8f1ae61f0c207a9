"""The worker of deferred answers: sends answers, news, and replies to messages that were not answered in time.

One process at a time holds a due row. The result goes into the outbox under a key that stays the same if a process is
killed and another continues, so that it is sent once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Final

import structlog

from channels.contracts.sender import Message
from channels.deferred.inbound_record import decode_inbound
from channels.deferred.promise_record import decode_promise
from channels.deferred.repository import ClaimedDeferred
from channels.webhooks.message_answers import MAX_RETRIES
from channels.webhooks.message_reception import MessageReception
from channels.webhooks.messaging_services import MessagingServices
from channels.webhooks.outgoing_messages import CHANGES_LIFE
from channels.workers.polling import poll_forever
from database.leased_queue import backoff_seconds
from logs.request_id import begin_request
from state.conversation.deferred_answers import DeferredAnswer, DeferredRequest
from state.deadline import DeadlineExceeded
from state.errors import Unstorable, ZinError

MAX_ROWS: Final = 50  # rows in one round
IDLE: Final = 2.0  # seconds at most between two rounds when nothing is due
LONGEST: Final = 600.0  # seconds at most between two tries to get an answer
FIRST: Final = 30.0
log = structlog.get_logger()


class DeferredWorker:
    """The worker of deferred answers in one process."""

    def __init__(self, rooms: MessagingServices, webhooks: Iterable[MessageReception]) -> None:
        self._rooms, self._mailrooms = rooms, {one.rules.name: one for one in webhooks}

    async def run(self) -> None:
        """Work until cancelled."""
        await poll_forever(self.round, IDLE, "promises", partial(self._rooms.promises.watch().wait, IDLE, IDLE))

    async def round(self) -> int:
        """Process up to MAX_ROWS due rows. Returns how many were tried. Raises SourceUnavailable.

        If this is cancelled, the rows in progress become due at once for other processes.
        """
        claimed = await self._rooms.promises.claim(MAX_ROWS)
        by_citizen: dict[str, list[ClaimedDeferred]] = defaultdict(list)
        for held in claimed:
            by_citizen[held.citizen].append(held)
        try:
            await asyncio.gather(*map(self._fulfil_all, by_citizen.values()))
        except asyncio.CancelledError:
            await self._rooms.promises.give_back(claimed)
            raise
        return len(claimed)

    async def _fulfil_all(self, held: list[ClaimedDeferred]) -> None:
        """Process one citizen's rows one by one, so that wrong answers are counted before the next look-up."""
        for one in held:
            await self._fulfil(one)

    async def _fulfil(self, held: ClaimedDeferred) -> None:
        begin_request(held.request_id)
        try:
            if held.kind == "message":
                await self._answer(held)
            else:
                promise = decode_promise(held.payload)
                answer = await self._rooms.conversation.deferred_lookups.answer(promise)
                await (self._send_change if held.kind == "changes" else self._send_answer)(held, promise, answer)
        except Unstorable as value:  # no later try could store it either
            log.error("promise dropped", kind=held.kind, why=str(value))
            await self._drop(held)
        except (ZinError, DeadlineExceeded) as down:  # after the lease, the row is due again
            log.warning("promise not fulfilled", kind=held.kind, why=str(down))
        except Exception:  # our own fault, of any kind: it must not block the other rows
            log.exception("promise failed", kind=held.kind)

    async def _drop(self, held: ClaimedDeferred) -> None:
        try:
            await self._rooms.promises.complete(held)
        except ZinError as down:  # after the lease, it is claimed and dropped again
            log.warning("promise not settled", kind=held.kind, why=str(down))

    async def _answer(self, held: ClaimedDeferred) -> None:
        """Answer a message that its webhook did not answer in time."""
        inbound = decode_inbound(held.payload)
        webhook = self._mailrooms.get(inbound.channel)
        if webhook and not held.expired:
            await webhook.answers.answer_by_worker(inbound, self._rooms, last=held.tries >= MAX_RETRIES)
        await self._rooms.promises.complete(held)

    async def _send_answer(self, held: ClaimedDeferred, promise: DeferredRequest, answer: DeferredAnswer) -> None:
        """Send the answer if the source gave it, or the message that there is none if the row has expired."""
        if not (answer.had or held.expired):
            await self._rooms.promises.reschedule(held, backoff_seconds(FIRST, held.tries, LONGEST))
            return
        await self._post(held.key, promise, answer, waited_for=True)
        await self._rooms.promises.complete(held)

    async def _send_change(self, held: ClaimedDeferred, promise: DeferredRequest, answer: DeferredAnswer) -> None:
        """Send the news if the facts changed since the last message."""
        if held.expired:
            await self._rooms.promises.complete(held)
            return
        seen, _, times = held.seen.partition(":")
        rest = CHANGES_LIFE if promise.topic else answer.look_seconds  # a publication of the topic makes it due earlier
        if not answer.had:
            await self._rooms.promises.reschedule(held, FIRST if promise.topic else answer.look_seconds)
            return
        if promise.topic and not answer.basis:  # nothing is published now, so there is no news
            await self._rooms.promises.reschedule(held, rest)
            return
        if answer.seen == seen and not await self._was_cancelled(held, promise):
            await self._rooms.promises.reschedule(held, rest)
            return
        now = f"{answer.seen}:{int(times or 0) + 1}"
        await self._post(f"{held.key}:{now[-8:]}", promise, answer, waited_for=False)
        await self._rooms.promises.reschedule(held, rest, seen=now)

    async def _was_cancelled(self, held: ClaimedDeferred, promise: DeferredRequest) -> bool:
        """Whether the last news was cancelled before it was sent, so that it must be sent again now."""
        if not promise.topic:
            return False
        return await self._rooms.outbox.state_of(f"{held.key}:{held.seen[-8:]}") == "cancelled"

    async def _post(self, key: str, promise: DeferredRequest, answer: DeferredAnswer, *, waited_for: bool) -> None:
        """Put the answer into the outbox. Raises Outdated if it was withdrawn; it is asked again after the lease."""
        to, about = promise.to, "" if waited_for else promise.topic
        message = Message(
            key,
            to.gateway,
            to.address,
            answer.words,
            waited_for,
            last_inbound_at=to.heard_at,
            topic=about,
            basis=answer.basis,
        )
        await self._rooms.outbox.enqueue(message)
