"""Withdraws results while their announcement is being sent, and counts the messages that still arrive.

Before the load test citizens call, ask for a seat of an unpublished session, and ask for a message. In the middle of
the test an operator publishes the session, and withdraws it when some messages have arrived.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from loadtest.answer_parser import AnswerParser
from loadtest.attack_counts import LATE_SECONDS, Attempts
from loadtest.http_pool import ConnectionPool, Reply, play
from loadtest.plan import LoadTestImpossible
from loadtest.virtual_users import NUMBERS, Citizens, Unanswered

WAITING: Final = 900
AT_ONCE: Final = 20
ARRIVED: Final = 0.1  # part of the messages after which the results are withdrawn
LONGEST_SECONDS: Final = 60.0  # maximum wait for that part


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator's actions on the announced session; each returns when it is done."""

    publish: Callable[[], Awaitable[object]]
    withdraw: Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Announcement:
    """The messages about one session: the seat of each phone; `withdrawn_at` is the loop's time."""

    operator: Operator
    reader: AnswerParser
    attempts: Attempts
    seats: dict[str, str] = field(default_factory=dict, repr=False)
    withdrawn_at: float = float("inf")
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def gather(self, lines: ConnectionPool, citizens: Citizens, seats: list[str]) -> None:
        """Let all waiting citizens call. Raises LoadTestImpossible if one cannot ask for a message."""
        numbers, queue = (
            itertools.count(secrets.randbelow(NUMBERS)),
            iter(itertools.islice(itertools.cycle(seats), WAITING)),
        )

        async def call() -> None:
            for seat in queue:
                number = next(numbers)
                self.seats[await play(lines, _ask_for_news(citizens, number, seat))] = seat

        await asyncio.gather(*(call() for _ in range(AT_ONCE)))
        self.attempts.waiting = len(self.seats)

    async def run(self) -> None:
        """Publish, wait for some messages, withdraw."""
        loop = asyncio.get_running_loop()
        await self.operator.publish()
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._arrived.wait()
        await self.operator.withdraw()
        self.withdrawn_at = loop.time()

    def take(self, phone: str, text: str, now: float) -> bool:
        """Count a message to a waiting citizen; return False for any other phone."""
        seat = self.seats.get(phone)
        if seat is None:
            return False
        if self.reader.read(text, seat).kind == "result":
            self.attempts.news += 1
            if self.attempts.news >= ARRIVED * self.attempts.waiting:
                self._arrived.set()
            self.attempts.news_late += now > self.withdrawn_at + LATE_SECONDS
        return True


def _ask_for_news(citizens: Citizens, number: int, seat: str) -> Generator[bytes, Reply, str]:
    """Run one call that asks for a message, and return the phone number."""
    try:
        return (yield from citizens.ask_for_news(number, seat))
    except Unanswered:
        raise LoadTestImpossible(
            "Personne ne peut demander à être averti : la session annoncée a-t-elle une heure à venir ?"
        ) from None
