"""A menu as a Mermaid flowchart: texts in the boxes, inputs on the arrows.

https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from collections.abc import Iterator

from state.menu.journeys import OUTCOMES_OF_A_LIST, Journey, Journeys, moves
from state.menu.schema import EndScreen, ListScreen, LookUpScreen, QuestionScreen, ScreenFile, choices_of
from state.menu.screen_texts import texts_of

LONGEST = 60  # characters of a screen's text in its box


def draw(journeys: Journeys, only: str = "") -> str:
    """Return the flowchart of all journeys, or of one with the screens of other journeys that it leads to."""
    lines = ["flowchart LR"]
    for journey in journeys.files.values():
        if not only or journey.name == only:
            lines.append(f"  subgraph {journey.name}_ [{_quoted(journey.title)}]")
            lines += (f"    {box}" for box in _boxes(journey))
            lines.append("  end")
            lines += (f"  {arrow}" for arrow in _arrows(journeys, journey))
    return "\n".join(lines) + "\n"


def _boxes(journey: Journey) -> Iterator[str]:
    for name, screen in journey.screens.items():
        open_, close = {LookUpScreen: ("[(", ")]"), QuestionScreen: ("[/", "/]"), EndScreen: ("([", "])")}.get(
            type(screen), ("[", "]")
        )
        yield f"{_id(journey.name, name)}{open_}{_quoted(_says(screen))}{close}"


def _arrows(journeys: Journeys, journey: Journey) -> Iterator[str]:
    for name, screen in journey.screens.items():
        for place, move in enumerate(moves(screen)):
            to = journeys.leads(f"{journey.name}.{name}", move)
            if to:
                label = _quoted(_label(screen, place, move.trigger))
                yield f"{_id(journey.name, name)} -->|{label}| {_id(*to.split('.'))}"


def _id(journey: str, screen: str) -> str:
    return f"{journey}__{screen}"  # a Mermaid id ends at a dot


def _says(screen: ScreenFile) -> str:
    if isinstance(screen, LookUpScreen):
        return screen.look_up.question
    say = next(text for place, text in texts_of(screen) if place[0] == "say")
    flat = " ".join(say.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"


def _label(screen: ScreenFile, place: int, trigger: str) -> str:
    if trigger.startswith("choice "):
        return choices_of(screen)[place].label
    match screen:
        case ListScreen(listing=listing) if trigger not in OUTCOMES_OF_A_LIST:
            return listing.label
        case QuestionScreen(ask=ask):
            return ask.keep
    return trigger


def _quoted(text: str) -> str:
    return '"' + text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;") + '"'
