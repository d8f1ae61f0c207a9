"""What an answer says of a seat: this decision and mention, that the seat is in no file, that the service is full.

An answer is looked at without its seat, so that the same words are understood once, whoever they are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from catalog.texts import MENTIONS
from loadtest.candidates import Candidate
from state.text.search import plain

SEAT: Final = "\0"  # stands for the seat
MAX_CACHED_TEXTS: Final = 4096  # kept; there are a few dozens unless answers are wrong


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """What an answer says; decision and mention without accents or capitals, since not every phone has them."""

    kind: Literal["result", "unknown", "shed", "other"]
    decision: str = ""
    mention: str = ""


def expected_answer(candidate: Candidate) -> ParsedAnswer:
    """What the file says of a candidate."""
    return ParsedAnswer("result", plain(candidate.decision), plain(candidate.mention))


def unknown_answer() -> ParsedAnswer:
    """What is to be said of a seat that is in no file."""
    return ParsedAnswer("unknown")


class AnswerParser:
    """Reads answers, knowing every decision of the file and the words of a full service and of an unknown seat."""

    def __init__(self, decisions: Iterable[str], shed: Iterable[str], not_listed: str) -> None:
        self._decisions = frozenset(map(plain, decisions))
        self._mentions = frozenset(map(plain, MENTIONS))
        self._shed, self._not_listed = [plain(words) for words in shed], plain(not_listed)
        self._understood = lru_cache(MAX_CACHED_TEXTS)(self._understand)

    def read(self, text: str, seat: str) -> ParsedAnswer:
        """What this text says of the seat."""
        return self._understood(text.replace(seat, SEAT))

    def _understand(self, text: str) -> ParsedAnswer:
        words, lines = plain(text), {plain(line) for line in text.splitlines()}
        if any(shed in words for shed in self._shed):
            return ParsedAnswer("shed")
        before, here, after = text.partition(SEAT)
        whole = here and not before[-1:].isalnum() and not after[:1].isalnum()  # else it is a part of another seat
        decisions, mentions = lines & self._decisions, lines & self._mentions
        if whole and len(decisions) == 1 and len(mentions) <= 1:
            return ParsedAnswer("result", *decisions, *mentions)
        if whole and not decisions and self._not_listed in words:
            return ParsedAnswer("unknown")
        return ParsedAnswer("other")
