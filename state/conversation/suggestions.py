"""Suggestions for a text that is no option: journeys and services that match it.

Journeys are found by titles and keywords, services and places by the sources that search them. All searches go by
letters, sound and synonyms, in every language, and say how sure they are. A suggestion is chosen by its number; a
single sure one is opened at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from state.conversation.effects import AskSource, Dialogue
from state.conversation.lookups import row_label
from state.interfaces import Outcome
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.session import Session
from state.text.answer_forms import canonical_answers
from state.text.index import ENOUGH, SURE
from state.text.language_words import LanguageWords
from state.text.search import Typed, plain, says_little

MAX_SUGGESTIONS: Final = 5
MAX_JOURNEYS: Final = 2
JOURNEY_FIRST: Final = 0.03  # what a journey scores more than a service that it leads to


class Suggestion(NamedTuple):
    """What a text may mean: its target, screen or screen=row, its name, and its score from 0 to 1."""

    where: str
    name: str
    score: float


def is_search(typed: Typed, known: LanguageWords) -> bool:
    """True if the text has words to search for: no greeting, and no number."""
    return not typed.raw.isdigit() and not says_little(_without_courtesy(typed.plain, known))


def suggest(edition: MenuVersion, language: str, typed: Typed) -> Dialogue[list[Suggestion]]:
    """Return up to MAX_SUGGESTIONS suggestions, best first, without those that are much worse than the best."""
    words = _without_courtesy(typed.plain, edition.typed)
    if says_little(words):
        return []
    menu = edition.menu(language)
    titles = {name: menu.wording.translate(title) for name, title in edition.titles.items()}
    journeys = edition.index.find(words, MAX_JOURNEYS)
    found = [Suggestion(name, titles[name], score + JOURNEY_FIRST) for name, score in journeys]
    for search in edition.searches:
        found += yield from _find_rows(menu, search, words)
    enough = ENOUGH * max((one.score for one in found), default=0)
    likely = (one for one in found if one.score >= enough)
    return sorted(likely, key=lambda one: -one.score)[:MAX_SUGGESTIONS]


def _without_courtesy(text: str, known: LanguageWords) -> str:
    """Return a text in plain form without words of courtesy: « passeport urgent » is about no emergency."""
    return " ".join(word for word in text.split() if word not in known.courtesy)


def _find_rows(menu: Menu, search: str, words: str) -> Dialogue[list[Suggestion]]:
    screen = menu.screens[search]
    assert screen.question, "it is a list"
    question = screen.question
    answers = canonical_answers(question, dict.fromkeys(question.needs, words))
    outcome: Outcome = yield AskSource(question.name, answers)
    return [Suggestion(f"{search}={row['id']}", row_label(menu, screen, row), _score(row)) for row in outcome.rows]


def _score(row: Mapping[str, str]) -> float:
    """Return the score of a row from 0 to 1; 0, which never opens it, if its source gives none."""
    written = row.get("score", "")
    return min(int(written), 100) / 100 if written.isascii() and written.isdigit() else 0.0


def find_suggestion(suggested: list[tuple[str, str]], typed: Typed) -> tuple[str, str] | None:
    """Return the suggestion with this number or name."""
    for number, (where, name) in enumerate(suggested, 1):
        if typed.raw == str(number) or typed.plain == plain(name):
            return where, name
    return None


def is_confident(found: Sequence[Suggestion]) -> bool:
    """True if there is one suggestion, and it answers nearly all that was typed."""
    return len(found) == 1 and found[0].score >= SURE


def open_suggestion(session: Session, suggested: tuple[str, str]) -> tuple[str, str]:
    """Move the session to a suggestion; returns the row to choose there and its name, both "" for none."""
    where, name = suggested
    session.clear_journey()
    session.chat.suggested, session.page = [], 0
    session.language.return_screen, session.language.awaiting_first = "", False
    session.screen, _, row = where.partition("=")
    return (row, name) if row else ("", "")
