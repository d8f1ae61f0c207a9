"""The delivery by one gateway of the table of routes: the messages of the networks that it takes now.

    waiting message -> its network looked up -> claimed by the gateway that takes this network now -> its turn -> sent

Which gateway a message leaves by is decided when it is claimed, and looked at again in its turn. When a gateway fails,
only the messages that it has in flight may leave by another too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels.contracts.sender import (
    ClaimedMessage,
    Message,
    NeedsOperator,
    PermanentFailure,
    RetryLater,
    Sender,
    Shown,
)
from channels.outbox.repository import Outbox
from channels.routing.route_choice import RouteChoice
from channels.workers.delivery_window import PAUSED, DeliveryWindow
from channels.workers.gateway_delivery import FIRST, GatewayDelivery, Stopped, Vary


@dataclass(frozen=True, slots=True)
class Route:
    """One gateway that this process can send by."""

    name: str
    sender: Sender
    choice: RouteChoice


class RouteDelivery(GatewayDelivery):
    """The delivery by one route. stopped and vary are as in GatewayDelivery."""

    def __init__(self, outbox: Outbox, route: Route, window: DeliveryWindow, stopped: Stopped, vary: Vary) -> None:
        super().__init__(outbox, route.sender, window, stopped, vary)
        self._route = route

    async def _claim(self, most: int) -> list[ClaimedMessage]:
        """Claim a share of each network, so that none waits behind another."""
        name, gateway = self._route.name, self._route.sender.gateway
        if self._route.choice.health.condition(name) == "trial":
            most = 0 if self._tasks else 1
        claimed, taken = list[ClaimedMessage](), self._route.choice.networks_of(name) if most else {}
        for place, (network, wait) in enumerate(taken.items()):
            share = (most - len(claimed)) // (len(taken) - place) or int(most > len(claimed))
            if share:
                claimed += await self._outbox.claim_routed(gateway, network, name, share, wait)
        return claimed

    async def _give(self, sender: Sender, message: Message) -> str:
        name, choice = self._route.name, self._route.choice
        if choice.health.condition(name) == "down":
            raise RetryLater("gateway_down", PAUSED)
        try:
            reference = await super()._give(sender, message)
        except (PermanentFailure, Shown):
            await choice.health.succeeded(name)
            raise
        except (NeedsOperator, RetryLater, TimeoutError) as error:
            await choice.health.failed(name, str(error) or "no_answer")
            if not choice.has_other(name, message.address):
                raise
            is_down = choice.health.condition(name) == "down"
            raise RetryLater(str(error) or "no_answer", PAUSED if is_down else self._vary(FIRST)) from None
        await choice.health.succeeded(name)
        return reference


async def look_up_networks(outbox: Outbox, choice: RouteChoice, gateway: str, most: int) -> int:
    """Note the networks of waiting messages. Returns how many. Raises SourceUnavailable."""
    claimed: Sequence[ClaimedMessage] = await outbox.claim_routed(gateway, "", "", most)
    if claimed:
        await outbox.sort([(one, choice.table.network_of(one.message.address)) for one in claimed])
    return len(claimed)
