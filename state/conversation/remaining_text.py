"""Matches the text after a keyword, screen by screen.

`BAC 12345`: the keyword answers which exam, and the next screen gets `12345`; in `BAC 2026 12345` the text first names
the exam more precisely. On each screen the answer bound to the keyword comes first, then the longest prefix of the text
that fits. If a screen has only numbered options and exactly one leads to a free-text screen, that option is followed
(`CENTRE Parakou`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from state.conversation.input import Names, ParsedInput, find_option_by_name, option_names, parse_input
from state.conversation.navigation import interpret
from state.menu.machine import destination
from state.menu.model import KEYS, Menu, Screen
from state.rendering.render import value_resolver
from state.session import Session
from state.text.search import plain

MAX_WORDS = 8
MAX_NAME = 160  # characters of an option's name


class RemainingText(NamedTuple):
    """What is not matched yet: answers by name, and text; passed are the screens already matched.

    A passed screen does not get the next words again: one message is one try.
    """

    answers: dict[str, str]
    text: str
    passed: frozenset[str] = frozenset()


def match_next(menu: Menu, session: Session, rest: RemainingText) -> tuple[ParsedInput, RemainingText] | None:
    """Match the remaining text on this screen; returns the input and what then remains, None if nothing fits."""
    screen, every = menu.screens[session.screen], _names(menu, session)
    passed = rest.passed | {screen.name}
    for name in answer_names(screen) & rest.answers.keys():
        left = {other: value for other, value in rest.answers.items() if other != name}
        for text, more in (*_beginnings(rest.text), ("", rest.text)):
            if parsed := _answer(menu, session, every, (name, f"{rest.answers[name]} {text}".strip())):
                return parsed, RemainingText(left, more, passed)
    for text, more in _beginnings(rest.text):
        if parsed := _interpret_text(menu, session, every, text):
            return parsed, RemainingText(rest.answers, more, passed)
    if rest.text and (asks := _way_to_answer(menu, screen, rest.passed)):
        return asks, rest._replace(passed=passed)
    return None


def _way_to_answer(menu: Menu, screen: Screen, passed: frozenset[str]) -> ParsedInput | None:
    """Return the only option that leads to a free-text screen; None for several, and for a screen already passed."""
    ways = {option.number: destination(menu.machine, screen.name, option.trigger) for option in screen.options}
    asking = [number for number, to in ways.items() if menu.screens[to].free_input]
    new = len(asking) == 1 and ways[asking[0]] not in passed
    return parse_input(screen, str(asking[0]), ()) if new else None


def answer_names(screen: Screen) -> set[str]:
    """Return the names under which this screen stores answers."""
    if screen.free_input:
        return {screen.free_input.keep}
    if screen.rows:
        return {screen.rows.keep}
    return {name for option in screen.options for name in option.keep}


def _answer(menu: Menu, session: Session, every: Names, answer: tuple[str, str]) -> ParsedInput | None:
    """Parse an answer bound to the keyword: choose the option that stores it, else treat it as typed text."""
    name, value = answer
    for option in menu.screens[session.screen].options:
        if option.keep.get(name) == value:
            return interpret(menu, session, str(option.number))
    return _interpret_text(menu, session, every, value)


def _names(menu: Menu, session: Session) -> Names:
    return option_names(menu.screens[session.screen], session.rows, value_resolver(menu, session))


def _interpret_text(menu: Menu, session: Session, every: Names, text: str) -> ParsedInput | None:
    if text in KEYS:
        return None
    number = find_option_by_name(every, plain(text)) if len(text) <= MAX_NAME else ""
    return interpret(menu, session, number or text)


def _beginnings(text: str) -> Iterator[tuple[str, str]]:
    parts = text.split()
    if text:
        yield text, ""
    for many in range(min(MAX_WORDS, len(parts) - 1), 0, -1):
        yield " ".join(parts[:many]), " ".join(parts[many:])
