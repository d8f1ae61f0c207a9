"""How long a citizen waits for a source, and what is said when it does not answer: late or unavailable, never an error.

Every source stands behind a Patient. An answer, whatever it is, is counted and timed, and told to the log in one line
that holds nothing of what was asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Mapping
from typing import Final

import structlog
from prometheus_client import Histogram

from sources.typed import given
from state.errors import SourceUnavailable
from state.messages import Outcome, Question, Source

log = structlog.get_logger()

SECONDS = Histogram(
    "zin_source_seconds",
    "Time that a source took to answer, by question and outcome",
    ["question", "outcome"],
    buckets=(0.0005, 0.002, 0.01, 0.05, 0.25, 1, 2, 3, 5),
)
LATE, UNAVAILABLE, UNKNOWN = Outcome("late"), Outcome("unavailable"), Outcome("unknown")
MOST_LATE: Final = 100  # calls given up on and still running, after which no more are begun until some end


class Patient:
    """A Source that answers within these seconds and never raises, in front of one that may do neither.

    Without seconds it does not wait at all, nor pay for a task: for a source that answers from memory, which no
    deadline could interrupt.
    """

    def __init__(self, source: Source, seconds: float | None) -> None:
        self._source, self._seconds = source, seconds
        self._running: set[asyncio.Task[Outcome]] = set()
        self._given_up: set[asyncio.Task[Outcome]] = set()
        self.questions = source.questions

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        asked, started = self.questions[question], time.perf_counter()
        if all(given(answers, name) for name in asked.needs):
            outcome, why = await self._answer(asked, answers)
        else:  # nobody can have meant this: no source needs to be asked
            outcome, why = UNKNOWN, ""
        seconds = time.perf_counter() - started
        SECONDS.labels(question, outcome.trigger).observe(seconds)
        tell = log.warning if why else log.debug
        tell("source asked", question=question, outcome=outcome.trigger, seconds=round(seconds, 4), why=why)
        return outcome

    async def close(self) -> None:
        """Ends the calls that still run, then the source."""
        running = list(self._running)
        for call in running:
            call.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._source.close()

    async def _answer(self, asked: Question, answers: Mapping[str, str]) -> tuple[Outcome, str]:
        """The outcome, and why it is not an answer.

        A call that is late is left to end by itself (drivers have time limits of their own). Cancelling it would not be
        in time: asyncpg first asks the server to stop the query and waits for that, and a statement in SQLite's thread
        cannot be cancelled at all.
        """
        asking = self._source.ask(asked.name, answers)
        if self._seconds is None:
            return await self._heard(asked, asking)
        if len(self._given_up) >= MOST_LATE:
            asking.close()
            return UNAVAILABLE, "too many calls are late already"
        call = asyncio.create_task(asking)
        self._running.add(call)
        call.add_done_callback(self._ended)
        done, _ = await asyncio.wait((call,), timeout=self._seconds)
        if not done:
            self._given_up.add(call)
            return LATE, f"no answer within {self._seconds} s"
        if call.cancelled():
            return UNAVAILABLE, "closing"
        return await self._heard(asked, call)

    async def _heard(self, asked: Question, answering: Awaitable[Outcome]) -> tuple[Outcome, str]:
        try:
            outcome = await answering
        except SourceUnavailable as error:
            return UNAVAILABLE, str(error)
        except Exception:
            # As broad as can be: whatever mistake a source makes, the citizen's hop must go on to the screen that
            # says so, and the log gets the traceback, without which the mistake would never be found.
            log.exception("source failed", question=asked.name)
            return UNAVAILABLE, "a mistake in the source"
        if outcome.trigger not in asked.outcomes:
            return UNAVAILABLE, "an outcome that the question does not have"
        return outcome, ""

    def _ended(self, call: asyncio.Task[Outcome]) -> None:
        self._running.discard(call)
        if call in self._given_up:
            self._given_up.discard(call)
            if not call.cancelled():
                log.debug("late answer", failed=call.exception() is not None)
