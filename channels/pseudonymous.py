"""A sender whose gateway's own names for messages stay with the gateway: such a name may hold a phone number."""

from __future__ import annotations

from channels.message import Message
from channels.sending import Sender
from state.citizens import Names


class Pseudonymous:
    """A Sender in front of another."""

    def __init__(self, sender: Sender, names: Names) -> None:
        self._sender, self._names = sender, names

    @property
    def gateway(self) -> str:
        return self._sender.gateway

    @property
    def per_second(self) -> float:
        return self._sender.per_second

    async def send(self, message: Message) -> str:
        named = await self._sender.send(message)
        return self._names.reference(self.gateway, named) if named else ""  # no name is none that two could share

    async def close(self) -> None:
        await self._sender.close()
