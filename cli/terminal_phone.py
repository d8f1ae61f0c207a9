"""A phone in the terminal: what is typed goes to the conversation as a gateway would send it, all inputs joined.

Under each screen stands what no citizen sees: how much of the phone's room it takes, the page, and the screen's name.
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
    """A Post whose messages are shown under the screen, and go nowhere: who tries a menu writes to nobody."""

    say: Callable[[str], None]

    async def send(self, key: str, to: Recipient, words: str, basis: int = 0) -> RequestResult:
        self.say("\n".join((SENT, *(f"  {line}" for line in words.split("\n")))))
        return "kept"

    async def promise(self, promise: DeferredRequest) -> RequestResult:
        self.say(PROMISED)
        return "kept"

    async def stop(self, who: Recipient) -> None:
        """Nobody is written to."""


@dataclass(slots=True)
class Phone:
    """One call of one number; turns is what was done and shown so far."""

    conversation: Conversation
    number: str
    call: str = field(default_factory=token_hex)
    text: str = ""
    turns: list[Turn] = field(default_factory=list)

    async def dial(self, inputs: str) -> Reply:
        """Call, with what is dialled behind the code."""
        self.text = inputs
        return await self._send(f"{DIALS} {inputs}".strip())

    async def type(self, typed: str) -> Reply:
        """Answer the screen shown."""
        self.text = f"{self.text}*{typed}" if self.text else typed
        return await self._send(typed)

    async def _send(self, does: str) -> Reply:
        inbound = Inbound("terminal", self.number, self.call, self.text, inputs_are_cumulative=True)
        reply = await self.conversation.handle(inbound, ROOM)
        self.turns.append(Turn(does, shown(reply)))
        return reply


async def talk(phone: Phone, dialled: str, say: Callable[[str], None], listen: Callable[[str], str]) -> None:
    """Call and go on until the call is over, or whoever listens raises EOFError."""
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
    """A reply as a phone's screen, with what it takes and where it stands below."""
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
