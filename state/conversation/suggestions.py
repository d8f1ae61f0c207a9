"""Suggestions for a text that is no option: journeys and services that match it.

Journeys are found by titles and keywords, services by the source that searches them. Both searches ignore accents and
small typing mistakes, in every language. A suggestion is chosen by its number; a single confident one is opened at
once.
"""

from __future__ import annotations

from typing import Final

from state.conversation.effects import AskSource, Dialogue
from state.conversation.lookups import row_label
from state.interfaces import Outcome
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.session import Session
from state.text.answer_forms import canonical_answers
from state.text.search import Typed, plain, says_little

MAX_SUGGESTIONS: Final = 5
MAX_JOURNEYS: Final = 2


def suggest(edition: MenuVersion, language: str, typed: Typed) -> Dialogue[list[tuple[str, str]]]:
    """Return up to MAX_SUGGESTIONS suggestions, best first: target, screen or screen=row, and name."""
    if says_little(typed.plain):
        return []
    menu = edition.menu(language)
    titles = {name: menu.wording.translate(title) for name, title in edition.titles.items()}
    journeys = [(name, titles[name]) for name in edition.index.find(typed.plain, MAX_JOURNEYS)]
    services = (yield from _find_services(menu, edition.search, typed.plain)) if edition.search else []
    return [*journeys, *services][:MAX_SUGGESTIONS]


def _find_services(menu: Menu, search: str, words: str) -> Dialogue[list[tuple[str, str]]]:
    screen = menu.screens[search]
    assert screen.question, "it is a list"
    question = screen.question
    answers = canonical_answers(question, dict.fromkeys(question.needs, words))
    outcome: Outcome = yield AskSource(question.name, answers)
    return [(f"{search}={row['id']}", row_label(menu, screen, row)) for row in outcome.rows]


def find_suggestion(suggested: list[tuple[str, str]], typed: Typed) -> tuple[str, str] | None:
    """Return the suggestion with this number or name."""
    for number, (where, name) in enumerate(suggested, 1):
        if typed.raw == str(number) or typed.plain == plain(name):
            return where, name
    return None


def is_confident(suggested: tuple[str, str], typed: Typed) -> bool:
    """True if the text contains a word of the suggestion's name, or the beginning of one."""
    name = plain(suggested[1]).split()
    return any(
        word.startswith(typed_word) for typed_word in typed.plain.split() if len(typed_word) > 2 for word in name
    )


def open_suggestion(session: Session, suggested: tuple[str, str]) -> tuple[str, str]:
    """Move the session to a suggestion; returns the row to choose there and its name, both "" for none."""
    where, name = suggested
    session.clear_journey()
    session.chat.suggested, session.page = [], 0
    session.language.return_screen, session.language.awaiting_first = "", False
    session.screen, _, row = where.partition("=")
    return (row, name) if row else ("", "")
