"""The languages that citizens may choose, each under its own name."""

from __future__ import annotations

from collections.abc import Mapping

from state.interfaces import FieldSpec, Outcome, Question


class Languages:
    """A Source over the table of languages, in memory; « unknown » when there is nothing to choose."""

    def __init__(self, offered: Mapping[str, str]) -> None:
        """offered gives each language's name by its code."""
        self.reload(offered)
        named = {"name": FieldSpec(max(offered.values(), key=len, default=""))}
        asked = Question("languages.offered", gives=named, rows=True, max_rows=len(offered))
        self.questions: Mapping[str, Question] = {asked.name: asked}

    def reload(self, offered: Mapping[str, str]) -> None:
        """Offer these from now on."""
        rows = tuple({"id": code, "name": name} for code, name in offered.items())
        self._offered = Outcome("found", rows=rows) if len(rows) > 1 else Outcome("unknown")

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        return self._offered

    async def close(self) -> None:
        """Nothing is held open."""
