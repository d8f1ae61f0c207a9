"""Messages for which there is no gateway yet: shown in the terminal, with what they would cost, and never sent.

A sender whose messages are counted: those that its gateway took, with the parts that an SMS is paid by.

A sender whose gateway's own names for messages stay with the gateway: such a name may hold a phone number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from channels.contracts.sender import Message, Sender, Suppressed
from state.conversation.trace import UsageRecorder
from state.identity import Pseudonyms
from state.text.encoding import in_gsm
from state.text.sms_parts import split_sms


@dataclass(frozen=True, slots=True)
class DryRunSender:
    """Stands in for a gateway until it has credentials. say is told each message, its address's end only.

    whole: its words too, which no journal of production should hold.
    """

    gateway: str
    say: Callable[[str], None]
    whole: bool = True
    per_second: ClassVar[float] = 1000.0

    async def close(self) -> None:
        """Nothing is held open."""

    async def send(self, message: Message) -> str:
        lines = _lines(message) if self.whole else ()
        self.say("\n".join((self._head(message), *(f"  {line}" for line in lines))))
        raise Suppressed("no_gateway")

    def _head(self, message: Message) -> str:
        to = f"au …{message.address[-4:]}"
        if self.gateway != "sms":
            return f"Message {self.gateway} non envoyé (aucun jeton) {to} :"
        parts, letters = len(split_sms(message.text)), "GSM" if in_gsm(message.text) else "UCS-2"
        return f"SMS non envoyé (aucune passerelle) {to}, {parts} partie(s) en {letters} :"


def _lines(message: Message) -> Iterator[str]:
    """The message, its buttons in brackets where the gateway has some."""
    yield from (message.card.say if message.card else message.text).split("\n")
    yield from (f"[{label}]" for _, label in (message.card.buttons if message.card else ()))


class CountingSender:
    """A Sender in front of another. clock gives Unix seconds."""

    def __init__(self, sender: Sender, tally: UsageRecorder, clock: Callable[[], float]) -> None:
        self._sender, self._tally, self._clock = sender, tally, clock

    @property
    def gateway(self) -> str:
        return self._sender.gateway

    @property
    def per_second(self) -> float:
        return self._sender.per_second

    async def send(self, message: Message) -> str:
        named = await self._sender.send(message)
        parts = len(split_sms(message.text)) if self.gateway == "sms" else 0
        self._tally.sent(self.gateway, parts, self._clock())
        return named

    async def close(self) -> None:
        await self._sender.close()


class Pseudonymous:
    """A Sender in front of another."""

    def __init__(self, sender: Sender, names: Pseudonyms) -> None:
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
