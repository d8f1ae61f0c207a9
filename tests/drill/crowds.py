"""All citizens of a drill, in equal shares behind each of its fronts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.drill.crowd import FIRST, Crowd
from tests.drill.front import Front
from tests.drill.proxy_front import ProxyFront
from tests.drill.scripts import Scripts
from tests.support.sms_gateway import FakeAnswer

DIGITS = 8  # of a citizen's own number


class Crowds:
    """The crowds by the name of their row in the table."""

    def __init__(self, fronts: Mapping[str, Front | ProxyFront], scripts: Scripts, secret: str) -> None:
        self.by_row = {
            row: Crowd(front, scripts, secret, share, len(fronts)) for share, (row, front) in enumerate(fronts.items())
        }
        self._in_order = tuple(self.by_row.values())

    @property
    def in_flight(self) -> int:
        """How many requests are being answered."""
        return sum(crowd.in_flight for crowd in self._in_order)

    async def run(self) -> None:
        """Call and write until `stop`."""
        await asyncio.gather(*(crowd.run() for crowd in self._in_order))

    def stop(self) -> None:
        """Begin no further conversation."""
        for crowd in self._in_order:
            crowd.stop()

    def unanswered(self) -> int:
        """How many messages have no answer yet."""
        return sum(crowd.unanswered() for crowd in self._in_order)

    def are_answered_since(self, sent: float) -> bool:
        """Whether a hop and a message behind each front, sent since then, were answered as the menu says."""
        return all(crowd.seen.are_answered_since(sent) for crowd in self._in_order)

    def take_sms(self, form: Mapping[str, str]) -> FakeAnswer:
        """What the gateway of SMS says to a message of Zin, which its citizen reads at once."""
        return self._of(form["to"]).take_sms(form)

    def take_chat(self, sent: Mapping[str, Any]) -> None:
        """Let the citizen read a message that WhatsApp got."""
        self._of(str(sent["to"])).take_chat(sent)

    def _of(self, address: str) -> Crowd:
        return self._in_order[(int(address[-DIGITS:]) - FIRST) % len(self._in_order)]
