"""The delivery worker: claims messages from the outbox, sends them, and records the result, in any number of processes.

A round claims due messages and sends them at the same time. The next round starts at once while messages are due, else
after a short pause. A failed try is repeated after a pause that doubles each time, with a random part so that many
messages do not retry together.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
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
from channels.outbox.repository import Outbox
from channels.workers.polling import poll_forever
from database.leased_queue import LEASE_SECONDS, backoff_seconds
from state.errors import SourceUnavailable, StoreUnavailable
from state.interfaces import Recipient

MAX_MESSAGES: Final = 20  # messages in one round
IDLE: Final = 0.5  # seconds between two rounds when nothing is due
TIDY: Final = 600.0  # seconds between two clean-ups
FIRST: Final = 5.0  # seconds before the second try
LONGEST: Final = 900.0  # seconds at most between two tries
TURN: Final = 10.0  # seconds at most that a claimed message waits for the rate limit
PAUSED: Final = 0.5  # seconds before a message that was paused during its wait is due again
PATIENCE: Final = LEASE_SECONDS / 2  # seconds for one try; after that its outcome is unknown

Stopped = Callable[[Recipient], Awaitable[bool]]
Pace = Callable[[str], Awaitable[float]]
log = structlog.get_logger()
TRIED = Counter("zin_messages_tried_total", "Messages taken to a gateway, by how it went", ["gateway", "how"])


class DeliveryWorker:
    """The delivery worker of one process.

    pace returns the seconds to wait before the next message to a gateway, 0 for none. stopped returns whether a
    recipient opted out. chance returns a random number from 0 to 1.
    """

    def __init__(
        self,
        outbox: Outbox,
        senders: Iterable[Sender],
        pace: Pace,
        stopped: Stopped,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._outbox, self._pace, self._stopped, self._chance = outbox, pace, stopped, chance
        self._senders = {sender.gateway: sender for sender in senders}
        self._tidied = -TIDY

    async def run(self) -> None:
        """Deliver until cancelled. Another process claims the messages in progress when their lease ends."""
        await poll_forever(self._tidily, IDLE, "outbox")

    async def _tidily(self) -> int:
        """Run one round, after a clean-up if TIDY has passed."""
        now = asyncio.get_running_loop().time()
        if now - self._tidied >= TIDY:
            self._tidied = now  # before the clean-up: if it fails, delivery must go on
            await self._outbox.tidy()
        return await self.round()

    async def round(self) -> int:
        """Send up to MAX_MESSAGES due messages. Returns how many were tried. Raises SourceUnavailable."""
        claimed = await self._outbox.claim(MAX_MESSAGES)
        await asyncio.gather(*(self._deliver(one) for one in claimed))
        return len(claimed)

    async def _deliver(self, claimed: ClaimedMessage) -> None:
        """Try one message and record the result."""
        gateway = claimed.message.gateway
        try:
            how = await self._attempt(claimed)
        except SourceUnavailable as down:  # the result is not recorded; it is claimed again after the lease
            log.warning("message not settled", gateway=gateway, why=str(down))
            how = "unsettled"
        except Exception:  # our own fault, of any kind: it must not stop the other messages
            log.exception("message failed", gateway=gateway)
            how = "mistake"
        TRIED.labels(gateway, how).inc()

    async def _attempt(self, claimed: ClaimedMessage) -> str:
        sender = self._senders.get(claimed.message.gateway)
        try:
            if sender is None:
                raise NeedsOperator("no_sender")
            if await self._is_unwanted(claimed.message):
                raise Suppressed("stopped")
            if await self._wait_for_its_turn(sender.gateway) and await self._outbox.is_paused(claimed.message):
                raise RetryLater("paused", PAUSED)
            if not await self._outbox.hand_over(claimed):
                raise Suppressed("withdrawn")
            async with asyncio.timeout(PATIENCE):
                reference = await sender.send(claimed.message)
        except PermanentFailure as no:
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
        return "sent"

    async def _is_unwanted(self, message: Message) -> bool:
        """Whether the message is not an awaited answer and its recipient opted out."""
        return not message.is_awaited and await self._stopped(Recipient(message.gateway, message.address))

    async def _wait_for_its_turn(self, gateway: str) -> bool:
        """Wait for the gateway's rate limit. Returns whether it waited. Raises RetryLater if it would exceed TURN."""
        until, waited = asyncio.get_running_loop().time() + TURN, False
        while seconds := await self._turn(gateway):
            if asyncio.get_running_loop().time() + seconds > until:
                raise RetryLater("no_turn", seconds)
            await asyncio.sleep(seconds)
            waited = True
        return waited

    async def _turn(self, gateway: str) -> float:
        try:
            return await self._pace(gateway)
        except StoreUnavailable:  # the rate of the other processes is unknown: do not send
            raise RetryLater("pace_unknown") from None

    def _vary(self, seconds: float) -> float:
        """Vary a pause from half to one and a half of it."""
        return seconds * (0.5 + self._chance())
