"""How long a citizen waits for a source, and what is said when it does not answer: late or unavailable, never an error.

Every source stands behind a Patient. An answer, whatever it is, is counted and timed; one that is none is told to the
log in a line that holds nothing of what was asked.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import structlog
from prometheus_client import Histogram

from catalog.normalize import answer
from state.deadline import Deadline, DeadlineExceeded
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Question, Source

log = structlog.get_logger()

SECONDS = Histogram(
    "zin_source_seconds",
    "Time that a source took to answer, by question and outcome",
    ["question", "outcome"],
    buckets=(0.0005, 0.002, 0.01, 0.05, 0.25, 1, 2, 3, 5),
)
LATE, UNAVAILABLE, UNKNOWN = Outcome("late"), Outcome("unavailable"), Outcome("unknown")


class TimeLimitedSource:
    """A Source that answers within these seconds and never raises, in front of one that may do neither.

    seconds is None in front of a source that answers from memory. A late call is cancelled where it waits: a source
    whose driver must not be interrupted sees to that itself. Where no citizen asks, nothing counts, nor is it told.
    """

    def __init__(self, source: Source, seconds: float | None, *, counts: bool = True) -> None:
        self._source, self._counts = source, counts
        self._deadline = Deadline(seconds) if seconds else None
        self._counted: dict[tuple[str, str], Histogram] = {}
        self.questions = source.questions

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        asked, started = self.questions[question], time.perf_counter()
        if all(answer(answers, name) for name in asked.needs):
            outcome, why = await self._answer(asked, answers)
        else:  # nobody can have meant this: no source needs to be asked
            outcome, why = UNKNOWN, ""
        if not self._counts:
            return outcome
        seconds = time.perf_counter() - started
        self._counter(question, outcome.trigger).observe(seconds)
        if why:
            log.warning("source asked", question=question, outcome=outcome.trigger, seconds=round(seconds, 4), why=why)
        return outcome

    async def close(self) -> None:
        await self._source.close()

    async def _answer(self, asked: Question, answers: Mapping[str, str]) -> tuple[Outcome, str]:
        """The outcome, and why it is not an answer."""
        call = self._source.ask(asked.name, answers)
        try:
            outcome = await (self._deadline.within(call) if self._deadline else call)
        except DeadlineExceeded as error:
            return LATE, str(error)
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

    def _counter(self, question: str, outcome: str) -> Histogram:
        """The figure of this outcome, found once: looking it up costs as much as observing it."""
        counter = self._counted.get((question, outcome))
        if counter is None:
            counter = self._counted[question, outcome] = SECONDS.labels(question, outcome)
        return counter
