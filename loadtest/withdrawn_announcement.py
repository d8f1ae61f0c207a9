"""Results that are withdrawn while their news leaves: who waits for them, and what still reaches whom afterwards.

Before the crowd comes, citizens call, ask for a seat of a session whose hour has not come, and ask to be written to. In
the middle of the rehearsal an operator publishes it, and withdraws it as soon as some of the news has arrived.
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
ARRIVED: Final = 0.1  # the part of the news after which the results are withdrawn
LONGEST_SECONDS: Final = 60.0  # until that part has arrived


@dataclass(frozen=True, slots=True)
class Operator:
    """What an operator does to the announced session in the middle; each returns once it is done."""

    publish: Callable[[], Awaitable[object]]
    withdraw: Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Announcement:
    """One session's news; seats are those that each phone waits for, withdrawn_at is the loop's time."""

    operator: Operator
    reader: AnswerParser
    attempts: Attempts
    seats: dict[str, str] = field(default_factory=dict, repr=False)
    withdrawn_at: float = float("inf")
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def gather(self, lines: ConnectionPool, citizens: Citizens, seats: list[str]) -> None:
        """Let everybody call who will wait. Raises LoadTestImpossible when one cannot ask to be written to."""
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
        """Publish, wait until some of the news has arrived, withdraw."""
        loop = asyncio.get_running_loop()
        await self.operator.publish()
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._arrived.wait()
        await self.operator.withdraw()
        self.withdrawn_at = loop.time()

    def take(self, phone: str, text: str, now: float) -> bool:
        """Count a message to somebody who waits for this news; false when it is to anybody else."""
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
    """A call that ends with the promise of a message; gives the phone that it will go to."""
    try:
        return (yield from citizens.ask_for_news(number, seat))
    except Unanswered:
        raise LoadTestImpossible(
            "Personne ne peut demander à être averti : la session annoncée a-t-elle une heure à venir ?"
        ) from None
