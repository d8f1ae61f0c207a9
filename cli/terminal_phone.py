"""A phone in the terminal: sends typed inputs to the conversation as a gateway does, all inputs joined.

Below each screen it prints what a citizen does not see: the size of the text, the page, and the name of the screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Final

from state.conversation.conversation import Conversation
from state.conversation.deferred_answers import DeferredRequest, RequestResult
from state.interfaces import Inbound, Recipient, Reply, ScreenSize
from state.text.encoding import in_gsm, septets, utf16_units
from state.transcript import DIALS, OVER, Turn, shown

ROOM: Final = ScreenSize("ussd", 178, 76)  # as on Africa's Talking: 182 septets less its "CON "
PROMPT: Final = "> "
SENT: Final = "-- message qui serait envoyé :"
PROMISED: Final = "-- un message serait envoyé plus tard"


@dataclass(slots=True)
class PrintedMessages:
    """Outgoing messages that are printed below the screen and not sent."""

    say: Callable[[str], None]

    async def send(self, key: str, to: Recipient, words: str, basis: int = 0) -> RequestResult:
        """Print the message."""
        self.say("\n".join((SENT, *(f"  {line}" for line in words.split("\n")))))
        return "kept"

    async def promise(self, promise: DeferredRequest) -> RequestResult:
        """Print that a message would be sent later."""
        self.say(PROMISED)
        return "kept"

    async def stop(self, who: Recipient) -> None:
        """Do nothing: no message is sent here."""

    async def resume(self, who: Recipient) -> bool:
        """Return False: no message is refused here."""
        return False


@dataclass(slots=True)
class Phone:
    """One call of one number; turns records the inputs and screens so far."""

    conversation: Conversation
    number: str
    call: str = field(default_factory=token_hex)
    text: str = ""
    turns: list[Turn] = field(default_factory=list)

    async def dial(self, inputs: str) -> Reply:
        """Start the call, with the inputs that follow the service code."""
        self.text = inputs
        return await self._send(f"{DIALS} {inputs}".strip())

    async def type(self, typed: str) -> Reply:
        """Answer the present screen."""
        self.text = f"{self.text}*{typed}" if self.text else typed
        return await self._send(typed)

    async def _send(self, does: str) -> Reply:
        inbound = Inbound("terminal", self.number, self.call, self.text, inputs_are_cumulative=True)
        reply = await self.conversation.handle(inbound, ROOM)
        self.turns.append(Turn(does, shown(reply)))
        return reply


async def talk(phone: Phone, dialled: str, say: Callable[[str], None], listen: Callable[[str], str]) -> None:
    """Play a call until it ends, or until `listen` raises EOFError."""
    reply = await phone.dial(dialled)
    while True:
        for line in framed(reply):
            say(line)
        if reply.ends_session:
            say(OVER)
            return
        try:
            typed = await asyncio.to_thread(listen, PROMPT)
        except EOFError:
            return
        reply = await phone.type(typed)


def framed(reply: Reply) -> Iterator[str]:
    """Yield a reply as a phone screen, with its size, page and name below."""
    lines = reply.text.split("\n")
    width = max(map(len, lines))
    yield f"┌─{'─' * width}─┐"
    yield from (f"│ {line:<{width}} │" for line in lines)
    yield f"└─{'─' * width}─┘"
    narrow = in_gsm(reply.text)
    takes = (
        f"{septets(reply.text)}/{ROOM.septets} septets" if narrow else f"{utf16_units(reply.text)}/{ROOM.units} UCS-2"
    )
    yield f"  {takes}, page {reply.page}/{reply.pages}, {reply.screen}"
