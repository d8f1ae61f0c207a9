"""Senders for special cases: a dry run that only prints, one that counts messages, one that hashes references."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from channels.contracts.sender import Message, Sender, Suppressed
from reporting.french import format_count
from state.conversation.trace import UsageRecorder
from state.identity import Pseudonyms
from state.text.encoding import in_gsm
from state.text.sms_parts import split_sms


@dataclass(frozen=True, slots=True)
class DryRunSender:
    """The sender of a gateway without credentials. It prints each message with `say`, with the end of the address only.

    If `whole`, it also prints the text; in production the log must not hold it.
    """

    gateway: str
    say: Callable[[str], None]
    whole: bool = True
    per_second: ClassVar[float] = 1000.0

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    async def send(self, message: Message) -> str:
        """Print the message. Always raises Suppressed."""
        lines = _lines(message) if self.whole else ()
        self.say("\n".join((self._head(message), *(f"  {line}" for line in lines))))
        raise Suppressed("no_gateway")

    def _head(self, message: Message) -> str:
        to = f"au …{message.address[-4:]}"
        if self.gateway != "sms":
            return f"Message {self.gateway} non envoyé (aucun jeton) {to} :"
        parts, letters = len(split_sms(message.text)), "GSM" if in_gsm(message.text) else "UCS-2"
        return f"SMS non envoyé (aucune passerelle) {to}, {format_count(parts, 'partie')} en {letters} :"


def _lines(message: Message) -> Iterator[str]:
    """The lines of the message, with buttons in brackets."""
    yield from (message.card.say if message.card else message.text).split("\n")
    yield from (f"[{label}]" for _, label in (message.card.buttons if message.card else ()))


class SenderAround:
    """A Sender around another, of the same gateway and rate; what is around it differs in `send`."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    @property
    def gateway(self) -> str:
        """The gateway of the inner sender."""
        return self._sender.gateway

    @property
    def per_second(self) -> float:
        """The rate of the inner sender."""
        return self._sender.per_second

    async def close(self) -> None:
        """Close the inner sender."""
        await self._sender.close()


class CountingSender(SenderAround):
    """A Sender around another that counts accepted messages and the parts of an SMS. clock gives Unix seconds."""

    def __init__(self, sender: Sender, tally: UsageRecorder, clock: Callable[[], float]) -> None:
        super().__init__(sender)
        self._tally, self._clock = tally, clock

    async def send(self, message: Message) -> str:
        """Send a message and count it."""
        named = await self._sender.send(message)
        parts = len(split_sms(message.text)) if self.gateway == "sms" else 0
        self._tally.sent(self.gateway, parts, self._clock())
        return named


class Pseudonymous(SenderAround):
    """A Sender around another that hashes references, because a gateway's reference may hold a phone number."""

    def __init__(self, sender: Sender, names: Pseudonyms) -> None:
        super().__init__(sender)
        self._names = names

    async def send(self, message: Message) -> str:
        """Send a message and return the hash of its reference."""
        named = await self._sender.send(message)
        return (
            self._names.reference(self.gateway, named) if named else ""
        )  # without a reference, no hash: messages would share it
