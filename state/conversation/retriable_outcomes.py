"""Look-ups of messages that can wait: while our own tables do not answer, such a message is postponed.

A call has to be answered at once, with the screen for a failure.
"""

from __future__ import annotations

from collections.abc import Mapping

from state.errors import TablesUnavailable
from state.interfaces import Outcome, Question, Source


class PatientSource:
    """A Source around another that raises TablesUnavailable in place of an outcome that is retriable."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def questions(self) -> Mapping[str, Question]:
        """Return the questions of the source."""
        return self._source.questions

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Ask the source. Raises TablesUnavailable if our own tables do not answer."""
        outcome = await self._source.ask(question, answers)
        if outcome.retriable:
            raise TablesUnavailable(f"{question}: {outcome.trigger}")
        return outcome

    async def close(self) -> None:
        """Do nothing: the source belongs to another."""
