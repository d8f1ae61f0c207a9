"""Navigation to an exam by the texts of the options on each screen, whatever their numbers."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from state.text.search import plain

OPTION: Final = re.compile(r"^(\d{1,2}) (.+)$", re.MULTILINE)
LANGUAGE, EXAMS = plain("Français"), plain("Résultats d'examens")  # the second is an option of menus/home.yaml
NEWS: Final = "M'avertir"  # the option of menus/exams.yaml to receive a message
MORE: Final = "98"  # the next page, on every screen


class Step(NamedTuple):
    """The input on a screen, whether a dial-through includes it, and whether it leads to the question for the seat."""

    typed: str
    dialled: bool
    last: bool


class MenuPath:
    """The path to one session of an exam, by its name in the list of exams."""

    def __init__(self, exam: str) -> None:
        self.exam = exam
        self._plain = plain(exam)

    def step(self, screen: str) -> Step | None:
        """Return the next input on this screen, or None if no option leads further."""
        numbers = {plain(words): number for number, words in OPTION.findall(screen)}
        if self._plain in numbers:
            return Step(numbers[self._plain], dialled=True, last=True)
        if EXAMS in numbers:
            return Step(numbers[EXAMS], dialled=True, last=False)
        if LANGUAGE in numbers:
            return Step(numbers[LANGUAGE], dialled=False, last=False)
        return Step(MORE, dialled=False, last=False) if MORE in numbers.values() else None


def number_under(screen: str, words: str) -> str:
    """Return the number of the option with this text, or ""."""
    return next((number for number, label in OPTION.findall(screen) if plain(label) == plain(words)), "")
