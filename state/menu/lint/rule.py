"""What every rule stands on: the screens as written, what they ask, what they keep, and how a problem is placed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from state.errors import Problem
from state.interfaces import Question
from state.menu.journeys import Journey, Journeys
from state.menu.schema import ChoiceScreen, ListScreen, LookUpScreen, QuestionScreen, ScreenFile
from state.yaml_files.loader import Where

Questions = Mapping[str, Question]
Rule = Callable[[Journeys, Questions], Iterator[Problem]]


def written(journeys: Journeys) -> Iterator[tuple[Journey, str, ScreenFile]]:
    for journey in journeys.files.values():
        for name, screen in journey.screens.items():
            yield journey, name, screen


def at(journey: Journey, name: str, *where: str | int) -> Callable[[str], Problem]:
    path: Where = ("screens", name, *where)
    return lambda what: journey.problem(path, f"écran {name} : {what}")


def asked_by(screen: ScreenFile) -> tuple[str, str]:
    """The key that asks a source and the question's name, both empty for a screen that asks nothing."""
    match screen:
        case ListScreen():
            return "list", screen.listing.question
        case LookUpScreen():
            return "look_up", screen.look_up.question
    return "", ""


def answer_names(journeys: Journeys) -> set[str]:
    kept: set[str] = set()
    for _, _, screen in written(journeys):
        match screen:
            case ChoiceScreen():
                kept |= {name for choice in screen.choices for name in choice.keep}
            case ListScreen():
                kept.add(screen.listing.keep)
            case QuestionScreen():
                kept.add(screen.ask.keep)
    for journey in journeys.files.values():
        for name in journey.unread:
            kept |= _meant_to_keep(journey.document.data["screens"][name])
    return kept


def _meant_to_keep(part: Any) -> set[str]:
    """What a screen that does not read would keep, so that its mistake is not told again wherever that is used."""
    if isinstance(part, list):
        return set().union(*map(_meant_to_keep, part))
    if not isinstance(part, dict):
        return set()
    keep = part.get("keep")
    here = {keep} if isinstance(keep, str) else set(keep or ()) if isinstance(keep, dict) else set()
    return here.union(*map(_meant_to_keep, part.values()))
