"""A delivery worker that a test leads from round to round."""

from __future__ import annotations

import asyncio

from channels.workers.delivery import DeliveryWorker
from state.store.interface import Allowance


class RoundWorker(DeliveryWorker):
    """Delivers what is due now, once, and waits until it is settled."""

    async def round(self) -> int:
        """Deliver to all gateways. Returns how many messages were tried."""
        return sum(await asyncio.gather(*(one.round() for one in self.deliveries.values()), self.deliver_to_unknown()))


async def no_pace(gateway: str, most: int) -> Allowance:
    """The pace of a gateway without a limit."""
    return Allowance(most, 0.0)
