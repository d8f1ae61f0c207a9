"""Made-up requests and files for trials of menus, without a database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from catalog.entries import Entries
from catalog.normalize import answer, normalize_code
from database import tables
from database.interface import Row
from sources import careers, requests
from sources.sample_data import sample_rows
from state.interfaces import Outcome, Question


class SampleFiles:
    """A Source of the personal questions over the rows of sources/sample_data.py, with the current entries."""

    def __init__(self, entries: Callable[[], Entries]) -> None:
        self._entries = entries
        self._made_of: Entries | None = None
        self._rows: tuple[Mapping[str, Row], Mapping[str, Row]] = {}, {}
        question = requests.status_question({})
        self._requests = question.name
        self.questions: Mapping[str, Question] = {one.name: one for one in (question, careers.QUESTION)}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Answer from the sample rows, which are rebuilt when the entries change."""
        entries = self._entries()
        if entries is not self._made_of:
            self._rows, self._made_of = await asyncio.to_thread(_made, entries), entries
        of_requests, of_careers = self._rows
        if question == self._requests:
            found = of_requests.get(normalize_code(answer(answers, "reference")))
            return requests.check_proof(entries.statuses, found, answer(answers, "proof"))
        return careers.check_proof(
            of_careers.get(normalize_code(answer(answers, "number"))), answer(answers, "birth_date")
        )

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


def _made(entries: Entries) -> tuple[Mapping[str, Row], Mapping[str, Row]]:
    """Return the sample requests by reference, and the sample files by number."""
    rows = sample_rows(entries.services, {}, entries.statuses)
    return (
        {row["reference"]: row for row in rows[tables.requests]},
        {row["number"]: row for row in rows[tables.careers]},
    )
