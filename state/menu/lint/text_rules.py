"""What is said can be filled in, carries no number or key of its own, and what is typed can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from state.errors import Problem
from state.menu.answer_patterns import pattern_problem
from state.menu.journeys import Journeys
from state.menu.lint.rule import Questions, answer_names, at, written
from state.menu.schema import COUNT, ChoiceScreen, ListScreen, QuestionScreen, said_of, texts_of
from state.text.languages import FRENCH
from state.text.template import Template, stray_braces
from state.yaml_files.loader import did_you_mean
from state.yaml_files.types import Counted


def unknown_placeholder(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """Every {name} is an answer that is kept or a fact that a source tells."""
    facts = {fact for question in questions.values() if not question.rows for fact in question.gives}
    usual = answer_names(journeys) | facts
    for journey, name, screen in written(journeys):
        for where, text in texts_of(screen):
            known = usual | {COUNT} if isinstance(screen, ListScreen) else usual
            if isinstance(screen, ListScreen) and where == ("list", "label"):
                asked = questions.get(screen.listing.question)
                if asked is None:  # told already: nothing can be said of its rows
                    continue
                known = set(asked.gives) | {"id"}
            for placeholder in Template.of(text).names:
                if placeholder not in known:
                    what = f"rien ne remplit {{{placeholder}}}{did_you_mean(placeholder, known)}"
                    yield at(journey, name, *where)(what)


def number_unknown(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """What is said of a number depends on one that is known: how many rows a list has, or a number of a source."""
    numbers = {
        name for question in questions.values() for name, fact in question.gives.items() if fact.kind == "number"
    }
    for journey, name, screen in written(journeys):
        known = numbers | {COUNT} if isinstance(screen, ListScreen) else numbers
        for where, said in said_of(screen):
            if isinstance(said, Counted) and said.number not in known:
                what = f"« {said.number} » n'est pas un nombre connu ici{did_you_mean(said.number, known)}"
                yield at(journey, name, *where, "number")(what)


def sense_unused(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A sense is told of a text that the file holds."""
    for journey in journeys.files.values():
        said = {text for screen in journey.screens.values() for _, text in texts_of(screen)}
        for text in journey.senses if not journey.unread else ():
            if text not in said:
                what = f"aucun écran de ce fichier ne dit « {text} »{did_you_mean(text, said)}"
                yield journey.problem(("senses", text), what)


def sign_unknown(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """Every sign of a text can be shown by a basic phone, itself or another in its place."""
    for journey, name, screen in written(journeys):
        for where, text in texts_of(screen):
            for sign in FRENCH.lost(text):
                what = f"« {sign} » (U+{ord(sign):04X}) ne s'affiche pas sur un téléphone simple : remplacez-le"
                yield at(journey, name, *where)(what)


def stray_brace(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """Braces hold a name in small letters, and nothing else."""
    for journey, name, screen in written(journeys):
        for where, text in texts_of(screen):
            for stray in stray_braces(text):
                what = f"« {stray} » : entre accolades il faut un nom en minuscules, comme {{exam}}"
                yield at(journey, name, *where)(what)


def numbered_by_hand(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A label carries no number of its own: numbers are given when the screen is shown."""
    for journey, name, screen in written(journeys):
        for place, choice in enumerate(screen.choices) if isinstance(screen, ChoiceScreen) else ():
            if re.match(r"\d+\s*[.):-]|\d+ ", choice.label):
                what = f"« {choice.label} » : enlevez le numéro, il est mis tout seul"
                yield at(journey, name, "choices", place, "label")(what)


def key_written(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """0, 00 and 98 stand under every screen by themselves; an operator does not write them."""
    for journey, name, screen in written(journeys):
        for where, text in texts_of(screen):
            if re.search(r"(?m)^\s*(0|00|98)[ .:)-]+\D", text):
                yield at(journey, name, *where)("0, 00 et 98 s'ajoutent tout seuls sous l'écran : enlevez-les")


def bad_pattern(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A question's pattern can be read, quickly, whatever is typed."""
    for journey, name, screen in written(journeys):
        if isinstance(screen, QuestionScreen) and (wrong := pattern_problem(screen.ask.like)):
            yield at(journey, name, "ask", "like")(f"« {screen.ask.like} » : {wrong}")
