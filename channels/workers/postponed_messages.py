"""The worker of postponed messages: answers what came while Valkey was away, each citizen's messages in their order.

It begins with one message and takes twice as many in each round that succeeds, up to MAX_AT_ONCE, so that a Valkey that
has just come back is not overrun. A round that fails puts its messages back and is followed by a pause. A message whose
answer was late MAX_RETRIES times gets an apology, so that it does not hold up the later ones of its citizen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Final

import structlog

from channels.deferred.inbound_record import decode_inbound
from channels.deferred.postponed import PostponedMessages
from channels.deferred.repository import ClaimedDeferred
from channels.webhooks.message_answers import MAX_RETRIES, RETRIED
from channels.webhooks.message_reception import MessageReception
from channels.webhooks.messaging_services import MessagingServices
from channels.workers.polling import poll_forever
from database.changes import Watch
from database.leased_queue import backoff_seconds
from logs.request_id import begin_request
from state.errors import StoreUnavailable, Unstorable, ZinError

MAX_AT_ONCE: Final = 16  # messages in one round
IDLE: Final = 1.0  # seconds between two rounds when nothing is due, or when Valkey does not answer
RETRY_SECONDS: Final = 0.5  # after which a message is due again that could not be answered, or is followed
LONGEST_SECONDS: Final = 30.0  # at most between two tries of a message whose answer is late
WAITING: Final = ("queued", "sending")  # states of an answer that did not leave yet
ORDER_SECONDS: Final = 30.0  # at most that the next message waits for this answer to leave: its gateway may be paused
log = structlog.get_logger()


class PostponedWorker:
    """The worker of postponed messages in one process."""

    def __init__(self, rooms: MessagingServices, webhooks: Iterable[MessageReception]) -> None:
        self._rooms, self._webhooks = rooms, {one.rules.name: one for one in webhooks}
        self._at_once, self._has_failed = 1, False

    async def run(self) -> None:
        """Work until cancelled."""
        if postponed := self._rooms.postponed:
            rest = partial(self._rest, self._rooms.promises.watch())
            await poll_forever(lambda: self.round(postponed), IDLE, "postponed messages", rest)

    async def _rest(self, watch: Watch) -> None:
        """Wait for new messages, or after a failure for a while: what it put back is no news."""
        await (asyncio.sleep(IDLE) if self._has_failed else watch.wait(IDLE, IDLE))

    async def round(self, postponed: PostponedMessages) -> int:
        """Answer some messages. Returns how many, 0 if Valkey does not answer. Raises SourceUnavailable."""
        claimed = await postponed.claim(self._at_once)
        try:
            answered = await asyncio.gather(*(self._finish(held, postponed) for held in claimed))
        except asyncio.CancelledError:  # this process ends: others may go on at once
            await self._rooms.promises.give_back(claimed)
            raise
        succeeds = bool(claimed) and all(answered)
        self._has_failed = not all(answered)
        self._at_once = min(2 * self._at_once, MAX_AT_ONCE) if succeeds else 1
        return len(claimed) if succeeds else 0

    async def _finish(self, held: ClaimedDeferred, postponed: PostponedMessages) -> bool:
        """Answer one message and delete its row. Returns False if Valkey or SQL does not answer, or too slowly."""
        begin_request(held.request_id)
        try:
            key = await self._answer(held)
            if key and await self._is_followed(held, key, postponed):
                await self._rooms.promises.reschedule(held, RETRY_SECONDS)
            else:
                await self._rooms.promises.complete(held)
        except StoreUnavailable as down:
            log.warning("postponed message waits on", why=str(down))
            return await self._put_back(held, RETRY_SECONDS, tried=False)
        except RETRIED as late:
            log.warning("postponed message waits on", why=str(late))
            return await self._put_back(held, backoff_seconds(RETRY_SECONDS, held.tries, LONGEST_SECONDS))
        except ZinError as down:  # after the lease, it is due again
            log.warning("postponed message not answered", why=str(down))
            return False
        except Exception:  # our own fault, of any kind: it must not block the other citizens
            log.exception("postponed message failed")
        return True

    async def _answer(self, held: ClaimedDeferred) -> str:
        """Answer one message; returns the key of its answer in the outbox, "" if it gets none."""
        inbound = decode_inbound(held.payload)
        webhook = self._webhooks.get(inbound.channel)
        if webhook is None or held.expired:
            return ""
        try:
            return await webhook.answers.answer_by_worker(inbound, self._rooms, last=held.tries >= MAX_RETRIES)
        except Unstorable as value:  # no later try could store it either
            log.error("postponed message dropped", why=str(value))
            return ""

    async def _is_followed(self, held: ClaimedDeferred, key: str, postponed: PostponedMessages) -> bool:
        """Whether the citizen's next message must wait until this answer has left, so that it arrives before."""
        outbox = self._rooms.outbox
        if await postponed.count_of(held.citizen) < 2 or await outbox.state_of(key) not in WAITING:
            return False
        return await outbox.seconds_since(key) < ORDER_SECONDS

    async def _put_back(self, held: ClaimedDeferred, seconds: float, *, tried: bool = True) -> bool:
        """Make the message due again soon; if it was not tried, its tries begin anew. Returns False."""
        try:
            await self._rooms.promises.reschedule(held, seconds, seen=None if tried else "")
        except ZinError as down:  # after the lease, it is due again
            log.warning("postponed message not put back", why=str(down))
        return False
