"""A message to a citizen, on its way through the outbox to a gateway."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from state.messages import Card

Reported = Literal["delivered", "failed"]  # by a gateway, of a message that it took


@dataclass(frozen=True, slots=True)
class Message:
    """One message to somebody, by one gateway.

    key is the same whenever the same message is posted again. life is in seconds: after it, it is not worth sending.
    card is the same words for a gateway that has buttons; text says all of it. heard_at is when the citizen last wrote
    to that gateway, in Unix seconds, 0 when that is not known. topic is what its news are about, if it is news.
    basis is what its source said that it stands on (state/messages.py, Outcome), 0 for nothing.
    """

    key: str
    gateway: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    waited_for: bool = False
    life: float = 24 * 3600.0
    card: Card | None = None
    heard_at: float = 0.0
    topic: str = ""
    basis: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process, and no other, sends now; tries counts this time."""

    message: Message
    tries: int
