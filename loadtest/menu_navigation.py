"""How a citizen finds the way to an exam: by the words of the options on each screen, wherever they stand."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from state.text.search import plain

OPTION: Final = re.compile(r"^(\d{1,2}) (.+)$", re.MULTILINE)
LANGUAGE, EXAMS = plain("Français"), plain("Résultats d'examens")  # menus/home.yaml names the second so
NEWS: Final = "M'avertir"  # menus/exams.yaml names the wish to be written to so
MORE: Final = "98"  # the next page, on every screen


class Step(NamedTuple):
    """What is typed on a screen; whether who dials all at once types it too, and whether it leads to the seat."""

    typed: str
    dialled: bool
    last: bool


class MenuPath:
    """The way to one session of an exam, as the list of exams names it."""

    def __init__(self, exam: str) -> None:
        self.exam = exam
        self._plain = plain(exam)

    def step(self, screen: str) -> Step | None:
        """What to type on this screen, None where nothing leads on."""
        numbers = {plain(words): number for number, words in OPTION.findall(screen)}
        if self._plain in numbers:
            return Step(numbers[self._plain], dialled=True, last=True)
        if EXAMS in numbers:
            return Step(numbers[EXAMS], dialled=True, last=False)
        if LANGUAGE in numbers:
            return Step(numbers[LANGUAGE], dialled=False, last=False)
        return Step(MORE, dialled=False, last=False) if MORE in numbers.values() else None


def number_under(screen: str, words: str) -> str:
    """The number of the option that is called so, "" where there is none."""
    return next((number for number, label in OPTION.findall(screen) if plain(label) == plain(words)), "")
