"""The delivery worker: sends the messages of the outbox to their gateways, in any number of processes.

    outbox -> claimed, a batch at a time -> its turn -> checked, handed over -> sender -> result, a batch at a time

Each gateway has a delivery of its own (channels/workers/gateway_delivery.py), so that a slow one, or one that many
messages wait for, holds up no other. It claims the next messages while others are in flight.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Final, NoReturn

from channels.contracts.sender import Sender
from channels.outbox.repository import Outbox
from channels.workers.delivery_window import MAX_AHEAD, DeliveryWindow, Pace
from channels.workers.gateway_delivery import GatewayDelivery, Stopped
from channels.workers.polling import poll_forever

IDLE: Final = 0.5  # seconds between two claims when nothing is due, without a signal of new messages
LONGEST_IDLE: Final = 2.0  # with one: a message that is tried again, or was posted for later, is this late at most
TIDY: Final = 600.0  # seconds between two clean-ups
STOPPING: Final = 5.0  # seconds at most for the messages in flight when the process stops


class DeliveryWorker:
    """The delivery worker of one process.

    pace gives up to so many uses of the rate of a gateway, or the seconds to wait for one. stopped returns whether a
    recipient opted out. chance returns a random number from 0 to 1. elsewhere are gateways that processes of another
    kind deliver to.
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
        self.elsewhere: Collection[str] = ()
        self.deliveries = {sender.gateway: self._delivery(sender.gateway, sender) for sender in senders}

    async def run(self) -> None:
        """Deliver until cancelled. Then messages in flight may arrive, and the others are put back."""
        loops = [self._fill_forever(one) for one in self.deliveries.values()]
        try:
            await asyncio.gather(*loops, poll_forever(self._tidy, TIDY, "outbox"))
        finally:
            await asyncio.gather(*(one.stop(STOPPING) for one in self.deliveries.values()))

    async def _fill_forever(self, delivery: GatewayDelivery) -> NoReturn:
        rest = partial(self._outbox.watch().wait, IDLE, LONGEST_IDLE)
        await poll_forever(delivery.fill, IDLE, "outbox", rest)

    async def deliver_to_unknown(self) -> int:
        """Deliver the due messages to gateways without a sender: they wait for an operator. Returns how many."""
        known = self.deliveries.keys() | frozenset(self.elsewhere)
        unknown = [name for name in await self._outbox.gateways() if name not in known]
        return sum([await self._delivery(name, None).round() for name in unknown])

    async def _tidy(self) -> int:
        """Clean up. Returns 0, for a pause."""
        await self._outbox.tidy()
        while await self.deliver_to_unknown():
            pass
        return 0

    def _delivery(self, gateway: str, sender: Sender | None) -> GatewayDelivery:
        window = DeliveryWindow(gateway, sender.per_second if sender else MAX_AHEAD, self._pace)
        return GatewayDelivery(self._outbox, sender, window, self._stopped, self._vary)

    def _vary(self, seconds: float) -> float:
        """Vary a pause from half to one and a half of it."""
        return seconds * (0.5 + self._chance())
