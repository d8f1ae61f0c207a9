"""A rule for the question after an answer: three choices, and nothing that belongs to the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from state.errors import Problem
from state.menu.journeys import Journeys
from state.menu.lint.rule import Questions
from state.menu.schema import ChoiceScreen, ScreenFile
from state.menu.screen_texts import texts_of
from state.text.template import Template
from state.yaml_files.loader import did_you_mean

CHOICES: Final = 3  # the keys 1 to 3


def survey_unfit(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """« survey » names a screen of three plain choices, whose texts need no fact of the answer before."""
    for journey in journeys.files.values():
        if not journey.survey:
            continue
        known = set(journeys.known(journey.name))
        screen = journeys.screens.get(journeys.surveys.get(journey.name, ""))
        if journey.survey not in known:
            what = f"« survey » : il n'y a pas d'écran « {journey.survey} »{did_you_mean(journey.survey, known)}"
            yield journey.problem(("survey",), what)
        elif screen and (wrong := _unfit(screen)):
            yield journey.problem(("survey",), f"« survey » : l'écran « {journey.survey} » {wrong}")


def _unfit(screen: ScreenFile) -> str:
    """Return what keeps a screen from being the question, "" if it fits."""
    if not isinstance(screen, ChoiceScreen) or len(screen.choices) != CHOICES:
        return f"doit avoir {CHOICES} choix, comme Oui, En partie, Non"
    if any(one.keep or one.send or one.notify or one.needs for one in screen.choices):
        return "ne peut avoir ni « keep », ni « send », ni « notify », ni « needs »"
    if any(Template.of(text).names for _, text in texts_of(screen)):
        return "ne peut rien montrer de la réponse : écrivez-le sans {…}"
    return ""
