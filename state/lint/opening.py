"""A shortcut or a word opens one journey, and never what is kept for all."""

from __future__ import annotations

from collections.abc import Iterator

from state.errors import Problem
from state.journeys import Journeys
from state.lint.written import Questions

RESERVED_WORDS = ("stop", "aide", "langue")


def shortcut_taken(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A number is kept for one journey only, and never one of the keys."""
    taken: dict[str, str] = {}
    for journey in journeys.files.values():
        if journey.shortcut in taken:
            what = f"le raccourci {journey.shortcut} est déjà celui de {taken[journey.shortcut]}.yaml"
            yield journey.problem(("shortcut",), what)
        elif journey.shortcut == "98":
            yield journey.problem(("shortcut",), "98 veut dire Suite partout : choisissez un autre numéro")
        elif journey.shortcut:
            taken[journey.shortcut] = journey.name


def word_taken(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A word opens one journey only, and never one of the words kept for all."""
    taken: dict[str, str] = dict.fromkeys(RESERVED_WORDS, "")
    for journey in journeys.files.values():
        for word in journey.words:
            owner = taken.setdefault(word.casefold(), journey.name)
            if owner != journey.name:
                what = f"déjà celui de {owner}.yaml" if owner else "réservé sur tous les parcours"
                yield journey.problem(("words", word), f"le mot « {word} » est {what}")
