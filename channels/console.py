"""Messages for which there is no gateway yet: shown in the terminal, with what they would cost, and never sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from channels.message import Message
from channels.sending import NotSent
from state.encoding import in_gsm, sms


class ConsoleSms:
    """Stands in for an SMS gateway until one has credentials. say is told each message, its number's end only."""

    gateway: ClassVar[str] = "sms"

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    async def send(self, message: Message) -> str:
        parts, letters = len(sms(message.text)), "GSM" if in_gsm(message.text) else "UCS-2"
        head = f"SMS non envoyé (aucune passerelle) au …{message.address[-4:]}, {parts} partie(s) en {letters} :"
        self._say("\n".join((head, *(f"  {line}" for line in message.text.split("\n")))))
        raise NotSent("no_gateway")
