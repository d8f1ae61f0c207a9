"""A source for the languages that citizens can choose, each under its own name."""

from __future__ import annotations

from collections.abc import Mapping

from state.interfaces import FieldSpec, Outcome, Question


class Languages:
    """A Source over the table of languages, in memory; « unknown » if there is only one."""

    def __init__(self, offered: Mapping[str, str]) -> None:
        """Offer these languages: names by code."""
        self.reload(offered)
        named = {"name": FieldSpec(max(offered.values(), key=len, default=""))}
        question = Question("languages.offered", gives=named, rows=True, max_rows=len(offered))
        self.questions: Mapping[str, Question] = {question.name: question}

    def reload(self, offered: Mapping[str, str]) -> None:
        """Offer these languages from now on."""
        rows = tuple({"id": code, "name": name} for code, name in offered.items())
        self._offered = Outcome("found", rows=rows) if len(rows) > 1 else Outcome("unknown")

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Return the languages, from memory."""
        return self._offered

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""
