"""A sender whose messages are counted: those that its gateway took, with the parts that an SMS is paid by."""

from __future__ import annotations

from collections.abc import Callable

from channels.message import Message
from channels.sending import Sender
from state.encoding import sms
from state.tally import Tally


class Counted:
    """A Sender in front of another. clock gives Unix seconds."""

    def __init__(self, sender: Sender, tally: Tally, clock: Callable[[], float]) -> None:
        self._sender, self._tally, self._clock = sender, tally, clock

    @property
    def gateway(self) -> str:
        return self._sender.gateway

    @property
    def per_second(self) -> float:
        return self._sender.per_second

    async def send(self, message: Message) -> str:
        named = await self._sender.send(message)
        parts = len(sms(message.text)) if self.gateway == "sms" else 0
        self._tally.sent(self.gateway, parts, self._clock())
        return named

    async def close(self) -> None:
        await self._sender.close()
