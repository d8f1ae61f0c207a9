"""What a gateway that can speak first is asked, and how its answer is told: sent, again, never, or ask an operator."""

from __future__ import annotations

from typing import Final, Protocol

from channels.message import Message
from state.errors import ZinError

GATEWAYS: Final = ("sms", "whatsapp", "telegram")  # that take a message to a citizen


class Again(ZinError):
    """The gateway did not take it now; seconds is when to try again if it said so. The words are for the outbox."""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        super().__init__(why)
        self.seconds = seconds


class Never(ZinError):
    """This message can never be sent: an impossible number, or somebody who does not want it."""


class NotSent(ZinError):
    """There is no gateway to send it: it was only shown."""


class AskOperator(ZinError):
    """Nothing can be sent before an operator acts: a wrong key, no credit. It is tried again, slowly."""


class Sender(Protocol):
    """Takes messages to one gateway. tests/test_delivery.py is the full contract."""

    @property
    def gateway(self) -> str: ...

    @property
    def per_second(self) -> float:
        """How many messages the gateway takes a second, from all processes together."""

    async def close(self) -> None: ...

    async def send(self, message: Message) -> str:
        """The gateway's name for the message that it took. Raises Again, Never, NotSent and AskOperator."""
