"""Messages for which there is no gateway yet: shown in the terminal, with what they would cost, and never sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from channels.message import Message
from channels.sending import NotSent
from state.encoding import in_gsm, sms


@dataclass(frozen=True, slots=True)
class Console:
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
        raise NotSent("no_gateway")

    def _head(self, message: Message) -> str:
        to = f"au …{message.address[-4:]}"
        if self.gateway != "sms":
            return f"Message {self.gateway} non envoyé (aucun jeton) {to} :"
        parts, letters = len(sms(message.text)), "GSM" if in_gsm(message.text) else "UCS-2"
        return f"SMS non envoyé (aucune passerelle) {to}, {parts} partie(s) en {letters} :"


def _lines(message: Message) -> Iterator[str]:
    """The message, its buttons in brackets where the gateway has some."""
    yield from (message.card.say if message.card else message.text).split("\n")
    yield from (f"[{label}]" for _, label in (message.card.buttons if message.card else ()))
