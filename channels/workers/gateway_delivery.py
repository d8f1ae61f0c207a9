"""The delivery to one gateway: claims its messages, gives each to the sender in its turn, and records the result.

Each claimed message is a task of its own, which waits for its turn (channels/workers/delivery_window.py). Its
recipient's opt-out is checked before that; pauses and its publication are checked after it, just before it is sent. A
failed try is repeated after a pause that doubles each time, with a random part so that many messages do not retry
together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from prometheus_client import Counter

from channels.contracts.sender import (
    ClaimedMessage,
    Message,
    NeedsOperator,
    PermanentFailure,
    RetryLater,
    Sender,
    Suppressed,
)
from channels.outbox.column_values import clean_reason
from channels.outbox.repository import Outbox
from channels.workers.delivery_window import PAUSED, DeliveryWindow, Place
from database.leased_queue import LEASE_SECONDS, backoff_seconds
from logs.request_id import resume_request
from state.errors import SourceUnavailable
from state.interfaces import Recipient

FIRST: Final = 5.0  # seconds before the second try
LONGEST: Final = 900.0  # seconds at most between two tries
PATIENCE: Final = LEASE_SECONDS / 2  # seconds for one try; after that its outcome is unknown

Stopped = Callable[[Recipient], Awaitable[bool]]
Vary = Callable[[float], float]
log = structlog.get_logger()
TRIED = Counter("zin_messages_tried_total", "Messages taken to a gateway, by how it went", ["gateway", "how"])


class GatewayDelivery:
    """The delivery to one gateway, through its sender; None if this process has no sender for it.

    stopped returns whether a recipient opted out. vary changes a pause in seconds by chance.
    """

    def __init__(
        self, outbox: Outbox, sender: Sender | None, window: DeliveryWindow, stopped: Stopped, vary: Vary
    ) -> None:
        self._outbox, self._sender, self._window = outbox, sender, window
        self._stopped, self._vary = stopped, vary
        self._tasks = set[asyncio.Task[None]]()

    async def fill(self) -> int:
        """Claim due messages when the window has room, and begin to deliver them. Returns how many.

        Raises SourceUnavailable.
        """
        claimed = await self._claim(await self._window.room())
        for one in claimed:
            task = asyncio.create_task(self._deliver(one, self._window.place(is_awaited=one.message.is_awaited)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(claimed)

    async def round(self) -> int:
        """Claim due messages once, and wait until all are settled. Returns how many. Raises SourceUnavailable."""
        many = await self.fill()
        if self._tasks:
            await asyncio.wait(self._tasks)
        return many

    async def stop(self, seconds: float) -> None:
        """Put back the messages that wait for their turn, and give those in flight so many seconds to arrive."""
        self._window.close()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()

    async def _deliver(self, claimed: ClaimedMessage, place: Place) -> None:
        """Try one message and record the result."""
        gateway = claimed.message.gateway
        resume_request(claimed.message.request_id)
        with place:
            try:
                how = await self._attempt(claimed, place)
            except SourceUnavailable as down:  # the result is not recorded; it is claimed again after the lease
                log.warning("message not settled", gateway=gateway, why=str(down))
                how = "unsettled"
            except Exception:  # our own fault, of any kind: it must not stop the other messages
                log.exception("message failed", gateway=gateway)
                how = "mistake"
        TRIED.labels(gateway, how).inc()

    async def _attempt(self, claimed: ClaimedMessage, place: Place) -> str:
        try:
            reference = await self._send(claimed, place)
        except PermanentFailure as no:
            log.info("message failed for good", gateway=claimed.message.gateway, why=clean_reason(str(no)))
            await self._outbox.failed(claimed, str(no))
            return "never"
        except Suppressed as shown:
            await self._outbox.cancelled(claimed, str(shown))
            return "shown"
        except NeedsOperator as ask:
            log.error("messages wait for an operator", gateway=claimed.message.gateway, why=str(ask))
            await self._outbox.reschedule(claimed, str(ask), self._vary(LONGEST))
            return "operator"
        except (RetryLater, TimeoutError) as later:
            wait = later.seconds if isinstance(later, RetryLater) else 0.0
            pause = wait or self._vary(backoff_seconds(FIRST, claimed.tries - 1, LONGEST))
            await self._outbox.reschedule(claimed, str(later) or "no_answer", pause)
            return "again"
        await self._outbox.sent(claimed, reference)
        return "sent" if reference else "unclear"

    async def _send(self, claimed: ClaimedMessage, place: Place) -> str:
        """Send the message in its turn. Returns its reference; raises why it was not sent."""
        if self._sender is None:
            raise NeedsOperator("no_sender")
        if await self._is_unwanted(claimed.message):
            raise Suppressed("stopped")
        await place.wait_for_turn()
        if await self._outbox.is_paused(claimed.message):
            raise RetryLater("paused", PAUSED)
        if not await self._outbox.hand_over(claimed):
            raise Suppressed("withdrawn")
        return await self._give(self._sender, claimed.message)

    async def _claim(self, most: int) -> list[ClaimedMessage]:
        return await self._outbox.claim(self._window.gateway, most)

    async def _give(self, sender: Sender, message: Message) -> str:
        """Give the message to its gateway. Raises as a Sender, and TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            return await sender.send(message)

    async def _is_unwanted(self, message: Message) -> bool:
        """Whether the message is not an awaited answer and its recipient opted out."""
        return not message.is_awaited and await self._stopped(Recipient(message.gateway, message.address))
