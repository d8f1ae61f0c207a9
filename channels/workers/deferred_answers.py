"""What is owed to citizens is fulfilled, by any number of processes: answers, news, messages not answered yet.

Each promise that is due is held by one process at a time. What comes of it goes into the outbox under a key that is the
same when a killed process's promise is taken up by another, so that it is told once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import structlog

from channels.contracts.sender import Message
from channels.deferred import repository
from channels.deferred.repository import ClaimedDeferred
from channels.webhooks.messages import MessageWebhook, MessagingServices
from channels.webhooks.outgoing_messages import CHANGES_LIFE, LOOK
from channels.workers.polling import poll_forever
from state.conversation.deferred_answers import DeferredAnswer, DeferredRequest
from state.errors import Unstorable, ZinError
from state.record_format import RecordFormat

MOST: Final = 50  # promises in one round
IDLE: Final = 2.0  # seconds between two looks when nothing is due
LONGEST: Final = 600.0  # seconds between two tries to have an answer
FIRST: Final = 30.0
PROMISE: Final = RecordFormat(DeferredRequest)
log = structlog.get_logger()


class DeferredWorker:
    """One process's share of what is owed."""

    def __init__(self, rooms: MessagingServices, mailrooms: Iterable[MessageWebhook]) -> None:
        self._rooms, self._mailrooms = rooms, {one.mailbox.name: one for one in mailrooms}

    async def run(self) -> None:
        """Fulfil until cancelled; what is being asked then is held by another when its lease runs out."""
        await poll_forever(self.round, IDLE, "promises")

    async def round(self) -> int:
        """Fulfil what is due, up to MOST; gives how many were tried. Raises SourceUnavailable."""
        by_citizen: dict[str, list[ClaimedDeferred]] = defaultdict(list)
        for held in await self._rooms.promises.claim(MOST):
            by_citizen[held.citizen].append(held)
        await asyncio.gather(*map(self._fulfil_all, by_citizen.values()))
        return sum(map(len, by_citizen.values()))

    async def _fulfil_all(self, held: list[ClaimedDeferred]) -> None:
        """Fulfil what is owed to one citizen, one by one: wrong answers are counted before the next is looked up."""
        for one in held:
            await self._fulfil(one)

    async def _fulfil(self, held: ClaimedDeferred) -> None:
        try:
            if held.kind == "message":
                await self._answer(held)
            else:
                promise = _promise(held)
                told = await self._rooms.conversation.deferred_lookups.answer(promise)
                await (self._change if held.kind == "changes" else self._send_answer)(held, promise, told)
        except Unstorable as value:  # no later try could keep it either
            log.error("promise dropped", kind=held.kind, why=str(value))
            await self._dropped(held)
        except ZinError as down:  # the lease runs out, and the promise is due again
            log.warning("promise not fulfilled", kind=held.kind, why=str(down))
        except Exception:  # a mistake of ours, whatever it is: it must not hold up what is owed to the others
            log.exception("promise failed", kind=held.kind)

    async def _dropped(self, held: ClaimedDeferred) -> None:
        try:
            await self._rooms.promises.complete(held)
        except ZinError as down:  # the lease runs out, and it is dropped then
            log.warning("promise not settled", kind=held.kind, why=str(down))

    async def _answer(self, held: ClaimedDeferred) -> None:
        """Answer a message that nobody answered in time."""
        inbound = repository.read(held.payload)
        mailroom = self._mailrooms.get(inbound.channel)
        if mailroom and not held.expired:
            await mailroom.hear(inbound, self._rooms)
        await self._rooms.promises.complete(held)

    async def _send_answer(self, held: ClaimedDeferred, promise: DeferredRequest, told: DeferredAnswer) -> None:
        """Give the answer once it can be had, or say in the end that it could not."""
        if not (told.had or held.expired):
            await self._rooms.promises.reschedule(held, min(FIRST * 2 ** min(held.tries, 10), LONGEST))
            return
        await self._post(held.key, promise, told, waited_for=True)
        await self._rooms.promises.complete(held)

    async def _change(self, held: ClaimedDeferred, promise: DeferredRequest, told: DeferredAnswer) -> None:
        """Tell what changed since the citizen last saw it."""
        if held.expired:
            await self._rooms.promises.complete(held)
            return
        seen, _, times = held.seen.partition(":")
        rest = CHANGES_LIFE if promise.topic else LOOK  # until the topic is woken
        if not told.had:
            await self._rooms.promises.reschedule(held, FIRST if promise.topic else LOOK)
            return
        if promise.topic and not told.basis:  # nothing is published of it now, which is no news
            await self._rooms.promises.reschedule(held, rest)
            return
        if told.seen == seen and not await self._was_taken_back(held, promise):
            await self._rooms.promises.reschedule(held, rest)
            return
        now = f"{told.seen}:{int(times or 0) + 1}"
        await self._post(f"{held.key}:{now[-8:]}", promise, told, waited_for=False)
        await self._rooms.promises.reschedule(held, rest, seen=now)

    async def _was_taken_back(self, held: ClaimedDeferred, promise: DeferredRequest) -> bool:
        """Whether what was told last never left, since it did not hold then: it does again, and is told now."""
        return bool(promise.topic) and await self._rooms.outbox.was_cancelled(f"{held.key}:{held.seen[-8:]}")

    async def _post(self, key: str, promise: DeferredRequest, told: DeferredAnswer, *, waited_for: bool) -> None:
        """Raises Outdated when it was taken back meanwhile: the lease runs out, and it is asked again."""
        to, about = promise.to, "" if waited_for else promise.topic
        message = Message(
            key,
            to.gateway,
            to.address,
            told.words,
            waited_for,
            last_inbound_at=to.heard_at,
            topic=about,
            basis=told.basis,
        )
        await self._rooms.outbox.enqueue(message)


def _promise(held: ClaimedDeferred) -> DeferredRequest:
    told = PROMISE.fields_of(held.payload)
    return DeferredRequest(**{**told, "to": repository.recipient_of(told["to"])})
