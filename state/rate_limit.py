"""Limits on wrong answers, against guessing.

A try is one set of answers to one question; the same try again, by a gateway or a citizen that repeats it, is not
counted again. Tries are stored as keyed fingerprints in sets that expire a fixed time after the first try. The store
adds a try and checks the limit in one step, so that simultaneous tries cannot pass it.

A personal question (guarded) is counted before its source is asked, because four digits can be tried one by one. A
citizen over the limit is refused without asking the source, so that neither text nor timing reveals whether the answer
was right. A try that was not wrong is removed again. Each reference has a limit for all citizens together; beyond it, a
citizen without a wrong try on that reference still has one, so that the owner's first right answer is accepted.

A public question (guess_range_field) is counted only after its source answered "unknown": a number that exists is never
refused. Only the answer « unknown » is refused: to a citizen who asked for too many unknown numbers, and to one who
took part when many accounts together asked for unknown numbers near each other.

If the store cannot count, personal questions are not answered (StoreUnavailable), and public ones are.

Citizens are asked for their opinion of an answer once in a while too (state/conversation/survey.py).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import structlog

from state.errors import StoreUnavailable
from state.identity import Pseudonyms
from state.interfaces import Question
from state.store.interface import Store, Window

HOUR: Final = 3600.0  # seconds
MAX_WRONG: Final = 10  # wrong tries of one citizen at one personal question within an hour
MAX_WRONG_ON_REFERENCE: Final = 20  # on one reference, by all citizens, within REFERENCE_SECONDS
REFERENCE_SECONDS: Final = 24 * HOUR
MAX_UNKNOWN: Final = 40  # unknown numbers asked for by one citizen within an hour
MAX_NEAR: Final = 60  # unknown numbers in one hundred, asked for by all citizens within NEAR_SECONDS
OPINION_SECONDS: Final = 30 * 24 * HOUR  # between two opinions that one citizen is asked for
MAX_OWN_NEAR: Final = 3  # of those, by one citizen who does not count as taking part
NEAR_SECONDS: Final = 600.0

# Names of the phrases that a refused citizen sees (state/menu/phrases.py).
Limit = Literal["guessing", "tried_by_many", "unknown_numbers"]
log = structlog.get_logger()


class TooManyGuesses(Exception):
    """A citizen must wait: the limit that was reached, when it ends, and the time now, in Unix seconds."""

    def __init__(self, limit: Limit, until: float, now: float) -> None:
        super().__init__(limit)
        self.limit, self.until, self.now = limit, until, now


@dataclass(frozen=True, slots=True)
class Reserved:
    """A try that was counted before it was made: its fingerprint, and the keys of the sets to which it was added."""

    tried: str
    keys: list[str]


class RateLimits:
    """The limits on questions to sources. names makes pseudonyms; clock returns Unix seconds.

    account is the pseudonym that all tries count under, if given: an operator's, in trials.
    """

    def __init__(
        self, store: Store, names: Pseudonyms, clock: Callable[[], float] = time.time, account: str = ""
    ) -> None:
        self._store, self._names, self._clock, self._account = store, names, clock, account

    async def reserve(self, question: Question, answers: Mapping[str, str], citizen: str) -> Reserved:
        """Count a try at a personal question before it is made. Raises TooManyGuesses and StoreUnavailable."""
        asker, tried = self._account or citizen, self._names.of(_text(question, answers, *question.needs))
        own = Window(f"wrong:{question.name}:{asker}", MAX_WRONG, HOUR)
        first = await self._store.attempt(own, tried)
        if not first.admitted:
            raise self._refused("guessing", first.seconds)
        reserved = Reserved(tried, [own.key] if first.is_new else [])
        if question.reference:
            reference = self._names.of(_text(question, answers, question.reference))
            await self._reserve_on(f"wrong_on:{question.name}:{reference}", asker, reserved)
        return reserved

    async def _reserve_on(self, reference: str, asker: str, reserved: Reserved) -> None:
        """Count the try on its reference too, for all citizens and for this one."""
        whole = Window(reference, MAX_WRONG_ON_REFERENCE, REFERENCE_SECONDS)
        by_all = await self._store.attempt(whole, reserved.tried)
        most = whole.most if by_all.admitted else 1
        part = Window(f"{reference}:{asker}", most, REFERENCE_SECONDS)
        by_one = await self._store.attempt(part, reserved.tried)
        reserved.keys.extend(window.key for window, one in ((whole, by_all), (part, by_one)) if one.is_new)
        if not by_one.admitted:
            await self.release(reserved)  # the try is not made
            raise self._refused("tried_by_many", min(by_all.seconds, by_one.seconds))

    async def release(self, reserved: Reserved) -> None:
        """Remove a try that was not wrong; if the store fails, the try counts until its set expires."""
        try:
            await asyncio.gather(*(self._store.withdraw(key, reserved.tried) for key in reserved.keys))
        except StoreUnavailable as down:
            log.warning("try not taken back", why=str(down))

    async def count_unknown(self, question: Question, answers: Mapping[str, str], citizen: str) -> None:
        """Count a number that a public source does not know. Raises TooManyGuesses over the limit."""
        try:
            await self._count_unknown(question, answers, self._account or citizen)
        except StoreUnavailable as down:
            log.warning("unknown number not counted", why=str(down))

    async def may_ask_opinion(self, citizen: str) -> bool:
        """Count that a citizen is asked for an opinion; False if this was so within a month, or cannot be known."""
        try:
            return await self._store.increment(f"opinion:{self._account or citizen}", OPINION_SECONDS) == 1
        except StoreUnavailable as down:
            log.warning("opinion not asked for", why=str(down))
            return False

    async def _count_unknown(self, question: Question, answers: Mapping[str, str], asker: str) -> None:
        tried = self._names.of(_text(question, answers, *question.needs))
        others = _text(question, answers, *(name for name in question.needs if name != question.guess_range_field))
        near = f"near:{question.name}:{self._names.of(others + answers[question.guess_range_field][:-2])}"
        own, by_all, part = await asyncio.gather(
            self._store.attempt(Window(f"unknown:{question.name}:{asker}", MAX_UNKNOWN, HOUR), tried),
            self._store.attempt(Window(near, MAX_NEAR, NEAR_SECONDS), tried),
            self._store.attempt(Window(f"{near}:{asker}", MAX_OWN_NEAR, NEAR_SECONDS), tried),
        )
        if not own.admitted:
            raise self._refused("unknown_numbers", own.seconds)
        if not (by_all.admitted or part.admitted):
            raise self._refused("unknown_numbers", min(by_all.seconds, part.seconds))

    def _refused(self, limit: Limit, seconds: float) -> TooManyGuesses:
        now = self._clock()
        return TooManyGuesses(limit, now + seconds, now)


def _text(question: Question, answers: Mapping[str, str], *names: str) -> str:
    """Join the answers with these names into one text for a fingerprint."""
    return "\0".join((question.name, *(answers.get(name, "") for name in names)))
