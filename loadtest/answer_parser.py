"""Parses answers about a seat: a decision with its mention, an unknown seat, or an overloaded service.

The seat is replaced before an answer is parsed, so that equal texts are parsed once for all citizens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from catalog.texts import MENTIONS
from loadtest.candidates import Candidate
from state.text.search import plain

SEAT: Final = "\0"  # placeholder of the seat
MAX_CACHED_TEXTS: Final = 4096  # there are a few dozen unless answers are wrong


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """The meaning of an answer; decision and mention have no accents or capitals, since not every phone shows them."""

    kind: Literal["result", "unknown", "shed", "other"]
    decision: str = ""
    mention: str = ""


def expected_answer(candidate: Candidate) -> ParsedAnswer:
    """Return the right answer for a candidate of the file."""
    return ParsedAnswer("result", plain(candidate.decision), plain(candidate.mention))


def unknown_answer() -> ParsedAnswer:
    """Return the right answer for a seat that is in no file."""
    return ParsedAnswer("unknown")


class AnswerParser:
    """Parses answers with the decisions of the file, and the texts for overload and for an unknown seat."""

    def __init__(self, decisions: Iterable[str], shed: Iterable[str], not_listed: str) -> None:
        self._decisions = frozenset(map(plain, decisions))
        self._mentions = frozenset(map(plain, MENTIONS))
        self._shed, self._not_listed = [plain(words) for words in shed], plain(not_listed)
        self._understood = lru_cache(MAX_CACHED_TEXTS)(self._understand)

    def read(self, text: str, seat: str) -> ParsedAnswer:
        """Parse this text about the seat."""
        return self._understood(text.replace(seat, SEAT))

    def _understand(self, text: str) -> ParsedAnswer:
        words, lines = plain(text), {plain(line) for line in text.splitlines()}
        if any(shed in words for shed in self._shed):
            return ParsedAnswer("shed")
        before, here, after = text.partition(SEAT)
        whole = here and not before[-1:].isalnum() and not after[:1].isalnum()  # otherwise it is a part of another seat
        decisions, mentions = lines & self._decisions, lines & self._mentions
        if whole and len(decisions) == 1 and len(mentions) <= 1:
            return ParsedAnswer("result", *decisions, *mentions)
        if whole and not decisions and self._not_listed in words:
            return ParsedAnswer("unknown")
        return ParsedAnswer("other")
