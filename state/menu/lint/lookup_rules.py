"""What is asked of the sources can be asked, and every answer leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from state.errors import Problem
from state.menu.journeys import HOME, Journeys
from state.menu.lint.rule import Questions, answer_names, asked_by, at, written
from state.menu.schema import UNAVAILABLE, ListScreen, LookUpScreen
from state.yaml_files.loader import did_you_mean

ALWAYS = ("late", "unavailable")


def unknown_question(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """Every question is one that a source can answer, as a list where a list is needed."""
    for journey, name, screen in written(journeys):
        key, asked = asked_by(screen)
        if asked and asked not in questions:
            yield at(journey, name, key, "from")(
                f"aucune source ne répond à « {asked} »{did_you_mean(asked, questions)}"
            )
        elif asked and questions[asked].rows != (key == "list"):
            fits = [one.name for one in questions.values() if one.rows == (key == "list")]
            what = "ne donne pas une liste" if key == "list" else "donne une liste : employez « list: »"
            yield at(journey, name, key, "from")(
                f"« {asked} » {what}{did_you_mean(asked, fits) if key == 'list' else ''}"
            )


def outcome_forgotten(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """A look-up says where each outcome leads, and names no other."""
    for journey, name, screen in written(journeys):
        if not isinstance(screen, LookUpScreen) or screen.look_up.question not in questions:
            continue
        possible = (*questions[screen.look_up.question].outcomes, *ALWAYS)
        for outcome in possible:
            if outcome not in screen.look_up.outcomes:
                yield at(journey, name, "look_up")(f"dites à quel écran mène la réponse « {outcome}: »")
        for outcome in screen.look_up.outcomes:
            if outcome not in possible:
                what = f"« {outcome} » n'est pas une réponse de cette source{did_you_mean(outcome, possible)}"
                yield at(journey, name, "look_up", outcome)(what)


def answer_missing(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """What a question needs was kept by a screen or a choice of the menu."""
    kept = answer_names(journeys)
    for journey, name, screen in written(journeys):
        key, asked = asked_by(screen)
        for needed in questions[asked].needs if asked in questions else ():
            if needed not in kept:
                what = f"« {asked} » a besoin de « {needed} », que rien ne garde (keep: {needed})"
                yield at(journey, name, key, "from")(what + did_you_mean(needed, kept))


def refuge_missing(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """When a list does not say where it leads without an answer, home.yaml has a screen for that."""
    if UNAVAILABLE in journeys.screens or HOME not in journeys.files:
        return
    for journey, name, screen in written(journeys):
        if isinstance(screen, ListScreen) and UNAVAILABLE in (screen.listing.late, screen.listing.unavailable):
            what = "dites où mener sans réponse (late:, unavailable:), ou ajoutez un écran « unavailable » à home.yaml"
            yield at(journey, name, "list")(what)
