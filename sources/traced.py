"""A source in a process that traces: each question of a request is a span, with its name and the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from logs.request_id import current_request_id
from state.interfaces import Outcome, Question, Source
from tracing.tracer import Tracer, active_tracer

SPAN: Final = "look-up"


class TracedSource:
    """A Source around another. What was typed and what was found are in no span.

    A question that belongs to no request, such as the look at what is in season, leaves none.
    """

    def __init__(self, source: Source, tracer: Tracer) -> None:
        self._source, self._tracer = source, tracer

    @property
    def questions(self) -> Mapping[str, Question]:
        """Return the questions of the source."""
        return self._source.questions

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Ask the source, in a span. Raises what the source raises."""
        if not current_request_id():
            return await self._source.ask(question, answers)
        with self._tracer.span(SPAN, "client", {"zin.question": question}) as span:
            outcome = await self._source.ask(question, answers)
            span.end_as(outcome.trigger)
        return outcome

    async def close(self) -> None:
        """Close the source."""
        await self._source.close()


def traced_source(source: Source) -> Source:
    """Return the source, with spans if this process traces."""
    tracer = active_tracer()
    return TracedSource(source, tracer) if tracer else source
