"""A Sender around that of the SMS: it shows a message in a call first, where the gateway's file has `push`."""

from __future__ import annotations

from collections.abc import Mapping

from channels.contracts.sender import Message, Sender
from channels.outbox.sender_wrappers import SenderAround
from channels.smpp.pushes import Pushes
from channels.smpp.sender import SmppSms


class PushingSender(SenderAround):
    """Shows messages by `pushes`, which are named by their gateways; routes says by which gateway a message leaves."""

    def __init__(self, sender: Sender, routes: SmppSms, pushes: Mapping[str, Pushes]) -> None:
        super().__init__(sender)
        self._routes, self._pushes = routes, pushes

    async def send(self, message: Message) -> str:
        """Show the message in a call, else send it. Raises RetryLater while its citizen may answer."""
        route = self._routes.route(message)
        pushes = self._pushes.get(route.name) if route else None
        shown = await pushes.deliver(message, route.bind) if route and pushes else ""
        return shown or await self._sender.send(message)
