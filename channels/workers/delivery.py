"""The delivery of what stands in the outbox: any number of processes claim, send, and say how it went.

A round claims what is due and sends all of it at once; the next begins at once while there is more, else a moment
later. A try that failed is due again after a pause that doubles, with some chance in it so that many do not come back
together.
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
from channels.outbox.repository import LEASE, Outbox
from channels.workers.polling import poll_forever
from state.errors import SourceUnavailable, StoreUnavailable
from state.interfaces import Recipient

MOST: Final = 20  # messages in one round
IDLE: Final = 0.5  # seconds between two looks into an outbox in which nothing is due
TIDY: Final = 600.0  # seconds between two tidyings
FIRST: Final = 5.0  # seconds before the second try
LONGEST: Final = 900.0  # seconds between two tries
TURN: Final = 10.0  # seconds that a claimed message waits for its turn
PAUSED: Final = 0.5  # seconds after which a message that was paused while it waited may be claimed when that is over
PATIENCE: Final = LEASE / 2  # seconds for one try, after which its outcome is unknown

Stopped = Callable[[Recipient], Awaitable[bool]]
Pace = Callable[[str], Awaitable[float]]
log = structlog.get_logger()
TRIED = Counter("zin_messages_tried_total", "Messages taken to a gateway, by how it went", ["gateway", "how"])


class DeliveryWorker:
    """One process's share of the delivery.

    pace gives, for a gateway, the seconds to wait before one more message; 0 lets it go now. stopped says whether
    somebody wants no message that was not asked for. chance is from 0 to 1.
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
        """Deliver until cancelled; what is being sent then is claimed by another when its lease runs out."""
        await poll_forever(self._tidily, IDLE, "outbox")

    async def _tidily(self) -> int:
        """One round, and from time to time a tidying before it."""
        now = asyncio.get_running_loop().time()
        if now - self._tidied >= TIDY:
            self._tidied = now  # before it is tidied: what cannot be tidied must not keep everything from leaving
            await self._outbox.tidy()
        return await self.round()

    async def round(self) -> int:
        """Send what is due, up to MOST; gives how many were tried. Raises SourceUnavailable."""
        claimed = await self._outbox.claim(MOST)
        await asyncio.gather(*(self._deliver(one) for one in claimed))
        return len(claimed)

    async def _deliver(self, claimed: ClaimedMessage) -> None:
        """Try one message, and settle it."""
        gateway = claimed.message.gateway
        try:
            how = await self._attempt(claimed)
        except SourceUnavailable as down:  # it went as it went; the lease runs out and says the rest
            log.warning("message not settled", gateway=gateway, why=str(down))
            how = "unsettled"
        except Exception:  # a mistake of ours, whatever it is: it must not end the delivery of all the others
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
            await self._outbox.reschedule(claimed, str(ask), self._pause(LONGEST))
            return "operator"
        except (RetryLater, TimeoutError) as later:
            told = later.seconds if isinstance(later, RetryLater) else 0.0
            why = str(later) or "no_answer"
            await self._outbox.reschedule(claimed, why, told or self._pause(FIRST * 2 ** min(claimed.tries - 1, 10)))
            return "again"
        await self._outbox.sent(claimed, reference)
        return "sent"

    async def _is_unwanted(self, message: Message) -> bool:
        """Whether this is told first, to somebody who meanwhile wanted no more."""
        return not message.is_awaited and await self._stopped(Recipient(message.gateway, message.address))

    async def _wait_for_its_turn(self, gateway: str) -> bool:
        """Wait as the pace of the gateway wants; for longer than a turn is worth, the message goes back.

        Gives whether there was any wait.
        """
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
        except StoreUnavailable:  # how many the others send is not known: nobody sends
            raise RetryLater("pace_unknown") from None

    def _pause(self, seconds: float) -> float:
        """The pause, half to once and a half of it, none longer than LONGEST before that."""
        return min(seconds, LONGEST) * (0.5 + self._chance())
