"""A source that can be told to fail, as a transcript tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from state.deadline import TooLate
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Source

WELL: Final = "rétablie"
FAULTS: Final = ("en panne", "lente", "absurde", "vide", WELL)


class Faulty:
    """A Source that answers as it is told to, in front of one that is well; fault is one of FAULTS.

    A slow one takes no time: it ends at once as a call does that took longer than anybody waits.
    """

    def __init__(self, source: Source) -> None:
        self._source, self.questions = source, source.questions
        self.fault = WELL

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        match self.fault:
            case "en panne":
                raise SourceUnavailable("told to fail")
            case "lente":
                raise TooLate("told to be slow")
            case "vide":
                return Outcome("unknown")
            case "absurde":
                return Outcome("peut-être", {"verdict": "oui et non"})
        return await self._source.ask(question, answers)

    async def close(self) -> None:
        await self._source.close()
