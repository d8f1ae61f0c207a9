"""What a gateway that can speak first is asked, and how its answer is told: sent, again, never, or ask an operator.

A message to a citizen, on its way through the outbox to a gateway.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from state.errors import ZinError
from state.interfaces import Card

GATEWAYS: Final = ("sms", "whatsapp", "telegram")  # that take a message to a citizen


class RetryLater(ZinError):
    """The gateway did not take it now; seconds is when to try again if it said so. The words are for the outbox."""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        super().__init__(why)
        self.seconds = seconds


class PermanentFailure(ZinError):
    """This message can never be sent: an impossible number, or somebody who does not want it."""


class Suppressed(ZinError):
    """There is no gateway to send it: it was only shown."""


class NeedsOperator(ZinError):
    """Nothing can be sent before an operator acts: a wrong key, no credit. It is tried again, slowly."""


class Sender(Protocol):
    """Takes messages to one gateway. tests/channels/workers/test_delivery.py is the full contract."""

    @property
    def gateway(self) -> str: ...

    @property
    def per_second(self) -> float:
        """How many messages the gateway takes a second, from all processes together."""

    async def close(self) -> None: ...

    async def send(self, message: Message) -> str:
        """The gateway's name for the message that it took. Raises Again, Never, NotSent and AskOperator."""


Reported = Literal["delivered", "failed"]  # by a gateway, of a message that it took


@dataclass(frozen=True, slots=True)
class Message:
    """One message to somebody, by one gateway.

    key is the same whenever the same message is posted again. life is in seconds: after it, it is not worth sending.
    card is the same words for a gateway that has buttons; text says all of it. heard_at is when the citizen last wrote
    to that gateway, in Unix seconds, 0 when that is not known. topic is what its news are about, if it is news.
    basis is what its source said that it stands on (state/interfaces.py, Outcome), 0 for nothing.
    """

    key: str
    gateway: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    is_awaited: bool = False
    ttl_seconds: float = 24 * 3600.0
    card: Card | None = None
    last_inbound_at: float = 0.0
    topic: str = ""
    basis: int = 0


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that this process, and no other, sends now; tries counts this time."""

    message: Message
    tries: int
