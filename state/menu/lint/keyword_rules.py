"""Rules for shortcuts and keywords: each opens one journey, and reserved ones are not used."""

from __future__ import annotations

from collections.abc import Iterator

from state.errors import Problem
from state.menu.journeys import LANGUAGE, Journeys
from state.menu.lint.rule import Questions, at, iter_screens
from state.menu.schema import CHOSEN, ListScreen, QuestionScreen

RESERVED_WORDS = ("stop", "aide", "langue")


def language_unkept(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """The first screen of language.yaml stores the language, and no free answer has its name."""
    journey = journeys.files.get(LANGUAGE)
    first = journey.screens.get(journey.first) if journey else None
    if journey and first and not (isinstance(first, ListScreen) and first.listing.keep == CHOSEN):
        what = f"le premier écran fait choisir la langue : une liste qui la garde (keep: {CHOSEN})"
        yield journey.problem(("screens", journey.first), what)
    for other, name, screen in iter_screens(journeys):
        if isinstance(screen, QuestionScreen) and screen.ask.keep == CHOSEN:
            yield at(other, name, "ask", "keep")(f"« {CHOSEN} » garde la langue choisie : prenez un autre nom")


def shortcut_taken(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A shortcut belongs to one journey only, and is not a key."""
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
    """A keyword belongs to one journey only, and is not a reserved word."""
    taken: dict[str, str] = dict.fromkeys(RESERVED_WORDS, "")
    for journey in journeys.files.values():
        for word in journey.words:
            owner = taken.setdefault(word.casefold(), journey.name)
            if owner != journey.name:
                what = f"déjà celui de {owner}.yaml" if owner else "réservé sur tous les parcours"
                yield journey.problem(("words", word), f"le mot « {word} » est {what}")
