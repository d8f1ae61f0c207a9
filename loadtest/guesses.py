"""Series of guesses from twenty accounts, and bystanders whose right questions must still be answered.

Two accounts at a time try free seats of one hundred; then another citizen asks for a candidate of the same hundred, by
call and by chat. One more account asks for many candidates in a row, as a head teacher does.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from random import Random
from typing import Final

from loadtest.answer_parser import AnswerParser, ParsedAnswer, expected_answer
from loadtest.attack_counts import Attempts
from loadtest.candidates import Candidate
from loadtest.http_pool import ConnectionPool, fetch, play
from loadtest.plan import Plan
from loadtest.request_builders import RequestBuilder
from loadtest.scenarios import LookUp
from loadtest.virtual_users import CHATS, Citizens, telegram_words

PAIRS: Final = 10
GUESSES: Final = 30  # by each account of a pair in one hundred
CANDIDATES_IN_A_ROW: Final = 60  # asked for by one account
PAUSE_SECONDS: Final = 0.2  # between two messages of one account
FIRST_CHAT: Final = 3 * CHATS  # outside the chats of other citizens
FIRST_UPDATE: Final = 10**12  # outside their updates


class Guesses:
    """The accounts that guess, and the bystanders."""

    def __init__(self, plan: Plan, envelopes: RequestBuilder, citizens: Citizens, reader: AnswerParser) -> None:
        self._plan, self._write, self._citizens, self._reader = plan, envelopes, citizens, reader
        self._chance = Random(plan.seed)
        self._chats = itertools.count(FIRST_CHAT + secrets.randbelow(CHATS))
        self._updates = itertools.count(FIRST_UPDATE + secrets.randbelow(FIRST_UPDATE))

    async def run(self, lines: ConnectionPool, attempts: Attempts) -> None:
        """Guess and ask until cancelled."""
        hundreds = list(by_hundred(self._plan.candidates).values())
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ask_in_a_row(lines, attempts))
            for _ in range(PAIRS):
                group.create_task(self._guess_on(lines, attempts, hundreds))

    async def _guess_on(
        self, lines: ConnectionPool, attempts: Attempts, hundreds: Sequence[Sequence[Candidate]]
    ) -> None:
        """Guess with two accounts, one hundred after another."""
        pair = next(self._chats), next(self._chats)
        while True:
            candidates = self._chance.choice(hundreds)
            unknown = unknown_seats(candidates)
            self._chance.shuffle(unknown)
            for seats in zip(unknown[:GUESSES], unknown[GUESSES : 2 * GUESSES] or unknown[:GUESSES], strict=False):
                for chat, seat in zip(pair, seats, strict=True):
                    _count_guess(await self._ask(lines, chat, seat), attempts)
                await asyncio.sleep(PAUSE_SECONDS)
            candidate = self._chance.choice(candidates)
            _count_bystander(await self._ask(lines, next(self._chats), candidate.seat), candidate, attempts)
            await self._call(lines, candidate, attempts)

    async def _ask_in_a_row(self, lines: ConnectionPool, attempts: Attempts) -> None:
        chat = next(self._chats)
        for candidate in self._chance.choices(self._plan.candidates, k=CANDIDATES_IN_A_ROW):
            _count_bystander(await self._ask(lines, chat, candidate.seat), candidate, attempts)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _ask(self, lines: ConnectionPool, chat: int, seat: str) -> ParsedAnswer:
        """Send a message to the bot from one account, and parse the answer."""
        request = self._write.telegram(next(self._updates), chat, f"{self._plan.exam} {seat}")
        reply = await fetch(lines, request)
        return self._reader.read(telegram_words(reply.body) if reply.status == 200 else "", seat)

    async def _call(self, lines: ConnectionPool, candidate: Candidate, attempts: Attempts) -> None:
        look_up = LookUp("ussd", candidate.seat, expected_answer(candidate), dialled=True)
        ended = await play(lines, self._citizens.script(look_up, asyncio.get_running_loop().time()))
        attempts.bystanders += 1
        attempts.bystanders_refused += ended not in ("right", "shed")


def by_hundred(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """Group the candidates by their seats without the last two digits."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        found[one.seat[:-2]].append(one)
    return found


def unknown_seats(candidates: Sequence[Candidate]) -> list[str]:
    """The seats of a hundred that none of its candidates has."""
    known, start = {one.seat for one in candidates}, candidates[0].seat[:-2]
    return [seat for number in range(100) if (seat := f"{start}{number:02}") not in known]


def _count_bystander(parsed: ParsedAnswer, candidate: Candidate, attempts: Attempts) -> None:
    attempts.bystanders += 1
    attempts.bystanders_refused += parsed != expected_answer(candidate) and parsed.kind != "shed"


def _count_guess(parsed: ParsedAnswer, attempts: Attempts) -> None:
    attempts.guesses += 1
    attempts.guesses_slowed += parsed.kind == "other"
    attempts.guesses_wrong += parsed.kind == "result"
