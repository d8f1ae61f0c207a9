"""Keywords: the first words of a message that open a journey, with the answers they imply and the remaining text.

`BAC 12345`, `bac12345` and « Bac : 12345 » are the same. The file name of a journey is a keyword too, which links to
a bot use, and so is its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from state.menu.journeys import Journeys
from state.text.search import plain

LONGEST = 4  # words of a keyword
MAX_OPENING = 100  # characters of a keyword, as typed
_LETTERS = re.compile(r"([^\W\d_]+)[\s:;,./-]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KeywordMatch:
    """The screen that a keyword opens, the answers that it implies, and the remaining text."""

    screen: str
    answers: Mapping[str, str]
    rest: str


class KeywordIndex:
    """The keywords of all journeys."""

    def __init__(self, journeys: Journeys) -> None:
        self._words: dict[str, tuple[str, Mapping[str, str]]] = {}
        for journey in journeys.files.values():
            first = journeys.resolve(journey.name, journey.first) or ""
            for word, answers in {journey.title: {}, journey.name: {}, **journey.words}.items():
                self._words[plain(word)] = (first, answers)

    def find(self, text: str) -> KeywordMatch | None:
        """Find the longest keyword at the start of the text; None if there is none."""
        for words, rest in _beginnings(text):
            if len(words) <= MAX_OPENING and (found := self._words.get(plain(words))):
                return KeywordMatch(*found, rest.strip(" \t\r\n:;,./-"))
        return None


def _beginnings(text: str) -> Iterator[tuple[str, str]]:
    parts = text.split()
    for many in range(min(LONGEST, len(parts)), 0, -1):
        yield " ".join(parts[:many]), " ".join(parts[many:])
    if letters := _LETTERS.fullmatch(text.strip()):
        yield letters[1], letters[2]
