"""What a message says besides the word that opened a journey: heard screen by screen, as far as it fits.

`BAC 12345`: the word answers which exam, the rest is heard on the next screen; `BAC 2026 12345` says more of the exam
first. On each screen what the word answers comes first, then as much of the rest as fits, the whole of it before its
beginnings; where only numbers can be chosen, it is heard behind the one that leads to a free answer (`CENTRE Parakou`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from state.conversation.input import Names, ParsedInput, find_option_by_name, names, parse_input
from state.conversation.navigation import interpret
from state.menu.machine import destination
from state.menu.model import KEYS, Menu, Screen
from state.rendering.render import value_resolver
from state.session import Session
from state.text.search import plain

MOST_WORDS = 8
MAX_NAME = 160  # characters of what an option may be called by


class RemainingText(NamedTuple):
    """What is still to be heard: answers by the name they are kept under, and words; and the screens behind it.

    What answered one of those screens is not asked again with the next words: one message is one try.
    """

    answers: dict[str, str]
    said: str
    passed: frozenset[str] = frozenset()


def match_next(menu: Menu, session: Session, rest: RemainingText) -> tuple[ParsedInput, RemainingText] | None:
    """What the rest means on this screen, and what is then left of it; None when it means nothing here."""
    screen, every = menu.screens[session.screen], _names(menu, session)
    passed = rest.passed | {screen.name}
    for name in answer_names(screen) & rest.answers.keys():
        left = {other: value for other, value in rest.answers.items() if other != name}
        for said, more in (*_beginnings(rest.said), ("", rest.said)):
            if heard := _answer(menu, session, every, (name, f"{rest.answers[name]} {said}".strip())):
                return heard, RemainingText(left, more, passed)
    for said, more in _beginnings(rest.said):
        if heard := _meant(menu, session, every, said):
            return heard, RemainingText(rest.answers, more, passed)
    if rest.said and (asks := _way_to_answer(menu, screen, rest.passed)):
        return asks, rest._replace(passed=passed)
    return None


def _way_to_answer(menu: Menu, screen: Screen, passed: frozenset[str]) -> ParsedInput | None:
    """The one option of a screen that leads to where anything can be typed; None for several, and to a passed one."""
    ways = {option.number: destination(menu.machine, screen.name, option.trigger) for option in screen.options}
    asking = [number for number, to in ways.items() if menu.screens[to].asked]
    new = len(asking) == 1 and ways[asking[0]] not in passed
    return parse_input(screen, str(asking[0]), ()) if new else None


def answer_names(screen: Screen) -> set[str]:
    """The names under which this screen keeps what is answered."""
    if screen.asked:
        return {screen.asked.keep}
    if screen.rows:
        return {screen.rows.keep}
    return {name for option in screen.options for name in option.keep}


def _answer(menu: Menu, session: Session, every: Names, answer: tuple[str, str]) -> ParsedInput | None:
    """An answer that the opening word gave: the option that keeps it, else as if it had been said."""
    name, value = answer
    for option in menu.screens[session.screen].options:
        if option.keep.get(name) == value:
            return interpret(menu, session, str(option.number))
    return _meant(menu, session, every, value)


def _names(menu: Menu, session: Session) -> Names:
    return names(menu.screens[session.screen], session.rows, value_resolver(menu, session))


def _meant(menu: Menu, session: Session, every: Names, said: str) -> ParsedInput | None:
    if said in KEYS:
        return None
    number = find_option_by_name(every, plain(said)) if len(said) <= MAX_NAME else ""
    return interpret(menu, session, number or said)


def _beginnings(said: str) -> Iterator[tuple[str, str]]:
    parts = said.split()
    if said:
        yield said, ""
    for many in range(min(MOST_WORDS, len(parts) - 1), 0, -1):
        yield " ".join(parts[:many]), " ".join(parts[many:])
