"""Rules for messages: what an option sends has a text, and what it announces is on its own screen."""

from __future__ import annotations

from collections.abc import Iterator

from state.errors import Problem
from state.menu.journeys import Journey, Journeys
from state.menu.lint.rule import Questions, at, iter_screens
from state.menu.schema import Choice, ListScreen, LookUpScreen, choices_of
from state.yaml_files.loader import did_you_mean


def sends_nothing(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """« send » names a screen with a text, or a look-up."""
    for journey, name, place, choice in _choices(journeys):
        if choice.send:
            complain = at(journey, name, "choices", place, "send")
            known = set(journeys.known(journey.name))
            meant = journeys.screens.get(journeys.resolve(journey.name, choice.send) or "")
            if choice.send not in known:
                yield complain(f"il n'y a pas d'écran « {choice.send} »{did_you_mean(choice.send, known)}")
            elif isinstance(meant, ListScreen):
                yield complain(f"« {choice.send} » est une liste : envoyez un écran qui dit quelque chose")


def notifies_nothing(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """« notify » names a look-up that leads to this screen; only then the answer seen by the citizen is known."""
    for journey, name, place, choice in _choices(journeys):
        if choice.notify:
            complain = at(journey, name, "choices", place, "notify")
            look_up = journeys.resolve(journey.name, choice.notify) or ""
            meant = journeys.screens.get(look_up)
            if not isinstance(meant, LookUpScreen):
                searches = [one for one, screen in journey.screens.items() if isinstance(screen, LookUpScreen)]
                what = f"« {choice.notify} » n'est pas une recherche (look_up)"
                yield complain(what + did_you_mean(choice.notify, searches))
            elif f"{journey.name}.{name}" not in {to for _, to in journeys.graph[look_up]}:
                yield complain(
                    f"« {choice.notify} » ne mène pas à cet écran : mettez ce choix sur un écran où elle mène"
                )


def _choices(journeys: Journeys) -> Iterator[tuple[Journey, str, int, Choice]]:
    for journey, name, screen in iter_screens(journeys):
        for place, choice in enumerate(choices_of(screen)):
            yield journey, name, place, choice
