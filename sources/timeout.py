"""Limits the time of a source, and turns its failures into the outcomes late or unavailable.

Every source is wrapped in a TimeLimitedSource. Each outcome is counted and timed. A failure is logged, without any of
the citizen's input.
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
OURS_LATE, OURS_AWAY = Outcome("late", retriable=True), Outcome("unavailable", retriable=True)


class TimeLimitedSource:
    """A Source that answers within `seconds` and never raises, around a source without these guarantees.

    `seconds` is None for a source that answers from memory. A late call is cancelled; a source with a driver that must
    not be interrupted has to protect it. With `counts` False, for trials, there are no metrics and no log. `is_ours`
    says that it reads our own tables: its failures are retriable then.
    """

    def __init__(self, source: Source, seconds: float | None, *, counts: bool = True, is_ours: bool = False) -> None:
        self._source, self._counts = source, counts
        self._late, self._away = (OURS_LATE, OURS_AWAY) if is_ours else (LATE, UNAVAILABLE)
        self._deadline = Deadline(seconds) if seconds else None
        self._counted: dict[tuple[str, str], Histogram] = {}

    @property
    def questions(self) -> Mapping[str, Question]:
        """Return the questions of the source."""
        return self._source.questions

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Ask the source; return late or unavailable if it fails."""
        spec, started = self.questions[question], time.perf_counter()
        if all(answer(answers, name) for name in spec.needs):
            outcome, why = await self._answer(spec, answers)
        else:  # no citizen can mean such an answer: the source is not asked
            outcome, why = UNKNOWN, ""
        if not self._counts:
            return outcome
        seconds = time.perf_counter() - started
        self._counter(question, outcome.trigger).observe(seconds)
        if why:
            log.warning("source asked", question=question, outcome=outcome.trigger, seconds=round(seconds, 4), why=why)
        return outcome

    async def close(self) -> None:
        """Close the source."""
        await self._source.close()

    async def _answer(self, spec: Question, answers: Mapping[str, str]) -> tuple[Outcome, str]:
        """Return the outcome, and the reason for the log if it is a failure."""
        call = self._source.ask(spec.name, answers)
        try:
            outcome = await (self._deadline.within(call) if self._deadline else call)
        except DeadlineExceeded as error:
            return self._late, str(error)
        except SourceUnavailable as error:
            return self._away, str(error)
        except Exception:
            # Broad on purpose: after any bug in a source the citizen must still get the screen for a failure.
            # The log gets the traceback.
            log.exception("source failed", question=spec.name)
            return UNAVAILABLE, "a mistake in the source"
        if outcome.trigger not in spec.outcomes:
            return UNAVAILABLE, "an outcome that the question does not have"
        return outcome, ""

    def _counter(self, question: str, outcome: str) -> Histogram:
        """Return the metric of this outcome; cached, since its look-up costs as much as observing it."""
        counter = self._counted.get((question, outcome))
        if counter is None:
            counter = self._counted[question, outcome] = SECONDS.labels(question, outcome)
        return counter
