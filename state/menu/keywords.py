"""Keywords: the words of a message that open a journey, with the answers they imply and the remaining text.

`BAC 12345`, `bac12345` and « Bac : 12345 » are the same. The file name of a journey is a keyword too, which links to
a bot use, and so is its title. A keyword stands first in its message, behind words of courtesy, or beside a number:
`12345 bac`, « mon numéro au BAC est 12345 ». A number alone opens the journey that declares its form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from state.interfaces import MAX_TEXT
from state.menu.journeys import Journeys
from state.text.answer_forms import shown_digits
from state.text.language_words import NO_WORDS, LanguageWords
from state.text.message_words import Word, split_words, without_signature
from state.text.search import plain

LONGEST: Final = 4  # words of a keyword
MAX_OPENING: Final = 100  # characters of a keyword, as typed
MIN_NUMBER: Final = 3  # characters of a number that a keyword may stand beside
YEAR_DIGITS: Final = 4
MAX_NUMBERS: Final = 4  # in a text of numbers alone
_LETTERS: Final = re.compile(r"([^\W\d_]+)[\s:;,.=/-]*(.*)", re.DOTALL)
_EDGES: Final = " \t\r\n:;,./-"


@dataclass(frozen=True, slots=True)
class KeywordMatch:
    """The screen that a keyword opens, the answers that it implies, and the remaining text."""

    screen: str
    answers: Mapping[str, str]
    rest: str


class KeywordIndex:
    """The keywords of all journeys; typed are the words that may stand beside them."""

    def __init__(self, journeys: Journeys, typed: LanguageWords = NO_WORDS) -> None:
        self._words: dict[str, tuple[str, Mapping[str, str]]] = {}
        self._numbers: list[tuple[re.Pattern[str], str]] = []
        self._typed = typed
        for journey in journeys.files.values():
            first = journeys.resolve(journey.name, journey.first) or ""
            if journey.alone:
                self._numbers.append((re.compile(journey.alone), first))
            for word, answers in {journey.title: {}, journey.name: {}, **journey.words}.items():
                self._words[plain(word)] = (first, answers)

    def find(self, text: str) -> KeywordMatch | None:
        """Find the longest keyword that opens the text; None if there is none."""
        text = shown_digits(without_signature(text))[:MAX_TEXT]  # one sign may become many
        return self._at_start(text) or self._beside_number(split_words(text))

    def find_by_number(self, text: str) -> KeywordMatch | None:
        """Find the journey of a number that is alone in its text, but for words of courtesy; None if there is none.

        Of several numbers the longest one says which journey: `EX-000001 0001`.
        """
        fillers = self._typed.fillers
        words = [word for word in split_words(text) if not fillers.issuperset(word.plain.split())]  # « est-il »
        if len(words) > MAX_NUMBERS or not all(word.has_digit and len(word.plain) >= MIN_NUMBER for word in words):
            return None
        number = max((word.typed for word in words), key=len, default="")
        opened = (screen for form, screen in self._numbers if form.fullmatch(number))
        screen = next(opened, "")
        return KeywordMatch(screen, {}, " ".join(word.typed for word in words)) if screen else None

    def _at_start(self, text: str) -> KeywordMatch | None:
        for words, rest in _beginnings(text):
            if len(words) <= MAX_OPENING and (found := self._words.get(plain(words))):
                return KeywordMatch(*found, rest.strip(_EDGES))
        return None

    def _beside_number(self, words: Sequence[Word]) -> KeywordMatch | None:
        """Find the first keyword behind words of courtesy; beside a number, behind all words that say nothing.

        A number that stands first may be followed by any word: `12345 remplacement BAC`. A keyword that answers a
        question may stand behind any word: `remplacement BAC 12345`.
        """
        has_number = any(word.has_digit and len(word.plain) >= MIN_NUMBER for word in words)
        has_code = any(word.has_digit and len(word.plain) > YEAR_DIGITS for word in words)
        empty, is_behind = self._typed.fillers if has_number else self._typed.courtesy, False
        for place, word in enumerate(words):
            found = self._starting(words[place:])
            if found and (not is_behind or (has_code and found[1][1])):
                many, (screen, answers) = found
                rest = (*words[:place], *words[place + many :])
                return KeywordMatch(screen, answers, " ".join(one.typed for one in rest))
            says_little = word.plain in empty or (has_number and word.has_digit)
            is_behind = is_behind or not (words[0].has_digit or says_little)
        return None

    def _starting(self, words: Sequence[Word]) -> tuple[int, tuple[str, Mapping[str, str]]] | None:
        for many in range(min(LONGEST, len(words)), 0, -1):
            if found := self._words.get(" ".join(word.plain for word in words[:many])):
                return many, found
        return None


def _beginnings(text: str) -> Iterator[tuple[str, str]]:
    parts = text.split()
    for many in range(min(LONGEST, len(parts)), 0, -1):
        yield " ".join(parts[:many]), " ".join(parts[many:])
    if letters := _LETTERS.fullmatch(text.strip()):
        yield letters[1], letters[2]
