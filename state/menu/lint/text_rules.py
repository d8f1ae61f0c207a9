"""Rules for texts: placeholders are known, numbers and keys are not written, answers can be parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from state.errors import Problem
from state.menu.answer_patterns import pattern_problem
from state.menu.journeys import HOME, Journeys
from state.menu.lint.rule import Questions, answer_names, asked_by, at, iter_screens
from state.menu.schema import COUNT, SEASON, ListScreen, QuestionScreen, choices_of
from state.menu.screen_texts import screen_texts, texts_of
from state.text.languages import FRENCH
from state.text.template import Template, stray_braces
from state.yaml_files.loader import did_you_mean
from state.yaml_files.types import Counted


def unknown_placeholder(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """Every {name} is a stored answer or a fact of a source."""
    answers, facts = answer_names(journeys), _facts_by_journey(journeys, questions)
    for journey, name, screen in iter_screens(journeys):
        usual = answers | facts[journey.name]
        for where, text in texts_of(screen):
            known = usual | {COUNT} if isinstance(screen, ListScreen) else usual
            if isinstance(screen, ListScreen) and where == ("list", "label"):
                row_question = questions.get(screen.listing.question)
                if row_question is None:  # reported by unknown_question
                    continue
                known = set(row_question.gives) | {"id"}
            for placeholder in Template.of(text).names:
                if placeholder not in known:
                    what = f"rien ne remplit {{{placeholder}}}{did_you_mean(placeholder, known)}"
                    yield at(journey, name, *where)(what)


def names_shown(journeys: Journeys) -> frozenset[str]:
    """Return the names that the texts of all screens use: answers and facts."""
    shown: set[str] = set()
    for _, _, screen in iter_screens(journeys):
        shown.update(name for _, text in texts_of(screen) for name in Template.of(text).names)
        shown.update(text.number for _, text in screen_texts(screen) if isinstance(text, Counted))
    return frozenset(shown)


def _facts_by_journey(journeys: Journeys, questions: Questions) -> Mapping[str, set[str]]:
    """Return the facts that screens of each journey may show: of the questions that it asks, or that lead to it."""
    own: dict[str, set[str]] = {name: set() for name in journeys.files}
    for journey, _, screen in iter_screens(journeys):
        question = questions.get(asked_by(screen)[1])
        if question and not question.rows:
            own[journey.name] |= question.gives.keys()
    if HOME in own and SEASON in questions:
        own[HOME] |= questions[SEASON].gives.keys()
    found = {name: set(facts) for name, facts in own.items()}
    for screen_name, ways in journeys.graph.items():
        source = screen_name.partition(".")[0]
        for target in {to.partition(".")[0] for _, to in ways} & found.keys():
            found[target] |= own.get(source, set())
    return found


def number_unknown(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """The number that selects singular or plural is known: the count of a list's rows, or a number of a source."""
    numbers = {
        name for question in questions.values() for name, fact in question.gives.items() if fact.kind == "number"
    }
    for journey, name, screen in iter_screens(journeys):
        known = numbers | {COUNT} if isinstance(screen, ListScreen) else numbers
        for where, text in screen_texts(screen):
            if isinstance(text, Counted) and text.number not in known:
                what = f"« {text.number} » n'est pas un nombre connu ici{did_you_mean(text.number, known)}"
                yield at(journey, name, *where, "number")(what)


def sense_unused(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A sense belongs to a text of the file."""
    for journey in journeys.files.values():
        texts = {text for screen in journey.screens.values() for _, text in texts_of(screen)}
        for text in journey.senses if not journey.unread else ():
            if text not in texts:
                what = f"aucun écran de ce fichier ne dit « {text} »{did_you_mean(text, texts)}"
                yield journey.problem(("senses", text), what)


def sign_unknown(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A basic phone can show every character of a text, or a replacement."""
    for journey, name, screen in iter_screens(journeys):
        for where, text in texts_of(screen):
            for sign in FRENCH.lost(text):
                what = f"« {sign} » (U+{ord(sign):04X}) ne s'affiche pas sur un téléphone simple : remplacez-le"
                yield at(journey, name, *where)(what)


def stray_brace(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """Braces contain only a name in small letters."""
    for journey, name, screen in iter_screens(journeys):
        for where, text in texts_of(screen):
            for stray in stray_braces(text):
                what = f"« {stray} » : entre accolades il faut un nom en minuscules, comme {{exam}}"
                yield at(journey, name, *where)(what)


def numbered_by_hand(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A label has no number: Zin adds numbers when it shows the screen."""
    for journey, name, screen in iter_screens(journeys):
        for place, choice in enumerate(choices_of(screen)):
            if re.match(r"\d+\s*[.):-]|\d+ ", choice.label):
                what = f"« {choice.label} » : enlevez le numéro, il est mis tout seul"
                yield at(journey, name, "choices", place, "label")(what)


def key_written(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """A text does not contain the keys 0, 00 and 98: Zin adds them."""
    for journey, name, screen in iter_screens(journeys):
        for where, text in texts_of(screen):
            if re.search(r"(?m)^\s*(0|00|98)[ .:)-]+\D", text):
                yield at(journey, name, *where)("0, 00 et 98 s'ajoutent tout seuls sous l'écran : enlevez-les")


def bad_pattern(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """The pattern of a question is valid, and fast for any input."""
    for journey, name, screen in iter_screens(journeys):
        if isinstance(screen, QuestionScreen) and (wrong := pattern_problem(screen.ask.like)):
            yield at(journey, name, "ask", "like")(f"« {screen.ask.like} » : {wrong}")
