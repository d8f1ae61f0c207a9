"""The texts of a screen as operators wrote them, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator

from state.menu.schema import ListScreen, LookUpScreen, QuestionScreen, ScreenFile, choices_of
from state.yaml_files.types import Counted, SayByChannel

Place = tuple[str | int, ...]  # keys and positions that lead to a text


def screen_texts(screen: ScreenFile) -> Iterator[tuple[Place, str | Counted]]:
    """Yield every text of a screen as written, with its place; singular and plural of a number together."""
    if not isinstance(screen, LookUpScreen):
        if isinstance(screen.say, SayByChannel):
            kinds = ((("say", kind), getattr(screen.say, kind)) for kind in SayByChannel.model_fields)
            yield from ((place, text) for place, text in kinds if text)
        else:
            yield ("say",), screen.say
    yield from ((("choices", place, "label"), choice.label) for place, choice in enumerate(choices_of(screen)))
    if isinstance(screen, ListScreen):
        yield ("list", "label"), screen.listing.label
    elif isinstance(screen, QuestionScreen):
        yield ("ask", "hint"), screen.ask.hint


def texts_of(screen: ScreenFile) -> Iterator[tuple[Place, str]]:
    """Yield every text of a screen with its place, one by one."""
    for place, text in screen_texts(screen):
        if isinstance(text, Counted):
            yield from (((*place, "one"), text.one), ((*place, "other"), text.other))
        else:
            yield place, text
