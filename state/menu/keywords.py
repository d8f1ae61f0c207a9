"""What a message opens by its first words: a journey, with what the word answers already and the rest to be heard.

`BAC 12345`, `bac12345` and « Bac : 12345 » are the same. A journey's file name opens it too, which is what the link of
a bot says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from state.menu.journeys import Journeys
from state.text.search import plain

LONGEST = 4  # words of an opening
MAX_OPENING = 100  # characters of one, as it is typed
_LETTERS = re.compile(r"([^\W\d_]+)[\s:;,./-]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KeywordMatch:
    """The screen that is opened, the answers that the word gave, and what was said besides."""

    screen: str
    answers: Mapping[str, str]
    rest: str


class KeywordIndex:
    """The words of all journeys."""

    def __init__(self, journeys: Journeys) -> None:
        self._words: dict[str, tuple[str, Mapping[str, str]]] = {}
        for journey in journeys.files.values():
            first = journeys.resolve(journey.name, journey.first) or ""
            for word, answers in {journey.name: {}, **journey.words}.items():
                self._words[plain(word)] = (first, answers)

    def find(self, said: str) -> KeywordMatch | None:
        """What these words open, the longest beginning first; None when they open nothing."""
        for words, rest in _beginnings(said):
            if len(words) <= MAX_OPENING and (found := self._words.get(plain(words))):
                return KeywordMatch(*found, rest.strip(" \t\r\n:;,./-"))
        return None


def _beginnings(said: str) -> Iterator[tuple[str, str]]:
    parts = said.split()
    for many in range(min(LONGEST, len(parts)), 0, -1):
        yield " ".join(parts[:many]), " ".join(parts[many:])
    if letters := _LETTERS.fullmatch(said.strip()):
        yield letters[1], letters[2]
