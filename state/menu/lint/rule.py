"""What all rules use: the screens as written, their questions and answers, and the place of a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from state.errors import Problem
from state.interfaces import Question
from state.menu.journeys import Journey, Journeys
from state.menu.schema import ListScreen, LookUpScreen, QuestionScreen, ScreenFile, choices_of
from state.yaml_files.loader import Where

Questions = Mapping[str, Question]
Rule = Callable[[Journeys, Questions], Iterator[Problem]]


def iter_screens(journeys: Journeys) -> Iterator[tuple[Journey, str, ScreenFile]]:
    """Yield every valid screen with its journey and its name."""
    for journey in journeys.files.values():
        for name, screen in journey.screens.items():
            yield journey, name, screen


def at(journey: Journey, name: str, *where: str | int) -> Callable[[str], Problem]:
    """Return a function that makes a problem at this place of a screen."""
    path: Where = ("screens", name, *where)
    return lambda what: journey.problem(path, f"écran {name} : {what}")


def asked_by(screen: ScreenFile) -> tuple[str, str]:
    """Return the key and the name of a screen's question, both "" if it has none."""
    match screen:
        case ListScreen():
            return "list", screen.listing.question
        case LookUpScreen():
            return "look_up", screen.look_up.question
    return "", ""


def answer_names(journeys: Journeys) -> set[str]:
    """Return the names of all answers that the menu stores."""
    names: set[str] = set()
    for _, _, screen in iter_screens(journeys):
        names |= {name for choice in choices_of(screen) for name in choice.keep}
        match screen:
            case ListScreen():
                names.add(screen.listing.keep)
            case QuestionScreen():
                names.add(screen.ask.keep)
    for journey in journeys.files.values():
        for name in journey.unread:
            names |= _meant_to_keep(journey.document.data["screens"][name])
    return names


def _meant_to_keep(part: Any) -> set[str]:
    """Return the names that an invalid screen would store, so that its fault is not reported at each use too."""
    if isinstance(part, list):
        return set().union(*map(_meant_to_keep, part))
    if not isinstance(part, dict):
        return set()
    keep = part.get("keep")
    here = {keep} if isinstance(keep, str) else set(keep or ()) if isinstance(keep, dict) else set()
    return here.union(*map(_meant_to_keep, part.values()))
