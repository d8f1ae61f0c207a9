"""Rules for questions to sources: the question exists, and every outcome has a screen."""

from __future__ import annotations

from collections.abc import Iterator

from state.errors import Problem
from state.menu.journeys import HOME, Journeys
from state.menu.lint.rule import Questions, answer_names, asked_by, at, iter_screens
from state.menu.schema import UNAVAILABLE, ListScreen, LookUpScreen
from state.yaml_files.loader import did_you_mean

ALWAYS = ("late", "unavailable")


def unknown_question(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """A source can answer every question, as a list if the screen needs a list."""
    for journey, name, screen in iter_screens(journeys):
        key, question = asked_by(screen)
        if question and question not in questions:
            yield at(journey, name, key, "from")(
                f"aucune source ne répond à « {question} »{did_you_mean(question, questions)}"
            )
        elif question and questions[question].rows != (key == "list"):
            fits = [one.name for one in questions.values() if one.rows == (key == "list")]
            what = "ne donne pas une liste" if key == "list" else "donne une liste : employez « list: »"
            yield at(journey, name, key, "from")(
                f"« {question} » {what}{did_you_mean(question, fits) if key == 'list' else ''}"
            )


def outcome_forgotten(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """A look-up has a screen for each outcome of its question, and for no other."""
    for journey, name, screen in iter_screens(journeys):
        if not isinstance(screen, LookUpScreen) or screen.look_up.question not in questions:
            continue
        question = questions[screen.look_up.question]
        possible = (*question.outcomes, *ALWAYS)
        for outcome in possible:
            if outcome not in (*screen.look_up.outcomes, *question.spare_outcomes):
                yield at(journey, name, "look_up")(f"dites à quel écran mène la réponse « {outcome}: »")
        for outcome in screen.look_up.outcomes:
            if outcome not in possible:
                what = f"« {outcome} » n'est pas une réponse de cette source{did_you_mean(outcome, possible)}"
                yield at(journey, name, "look_up", outcome)(what)


def answer_missing(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """A screen or a choice of the menu stores every answer that a question needs."""
    stored = answer_names(journeys)
    for journey, name, screen in iter_screens(journeys):
        key, question = asked_by(screen)
        for needed in questions[question].needs if question in questions else ():
            if needed not in stored:
                what = f"« {question} » a besoin de « {needed} », que rien ne garde (keep: {needed})"
                yield at(journey, name, key, "from")(what + did_you_mean(needed, stored))


def refuge_missing(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """If a list has no target of its own for a source that does not answer, home.yaml has a screen for it."""
    if UNAVAILABLE in journeys.screens or HOME not in journeys.files:
        return
    for journey, name, screen in iter_screens(journeys):
        if isinstance(screen, ListScreen) and UNAVAILABLE in (screen.listing.late, screen.listing.unavailable):
            what = "dites où mener sans réponse (late:, unavailable:), ou ajoutez un écran « unavailable » à home.yaml"
            yield at(journey, name, "list")(what)
