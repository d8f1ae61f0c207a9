"""What a citizen may have meant by words that are no option: journeys and services that are about them.

Journeys are found by their titles and words, services by the source that searches them; both forgive accents and
typing mistakes, and know the words of every language. What is found is offered by its number, or taken at once when it
is the only thing.
"""

from __future__ import annotations

from typing import Final

from state.conversation.lookups import row_label
from state.interfaces import Source
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.session import Session
from state.text.answer_forms import canonical_answers
from state.text.search import Typed, plain, says_little

MOST: Final = 5
MOST_JOURNEYS: Final = 2


class SuggestionFinder:
    """Finds suggestions: each where it leads, screen or screen=row, and its name."""

    def __init__(self, sources: Source) -> None:
        self._sources = sources

    async def find(self, edition: MenuVersion, language: str, typed: Typed) -> list[tuple[str, str]]:
        """Up to MOST, the likeliest first; none when nothing comes near."""
        if says_little(typed.plain):
            return []
        menu = edition.menu(language)
        titles = {name: menu.wording.translate(title) for name, title in edition.titles.items()}
        journeys = [(name, titles[name]) for name in edition.index.find(typed.plain, MOST_JOURNEYS)]
        services = await self._services(menu, edition.search, typed.plain) if edition.search else []
        return [*journeys, *services][:MOST]

    async def _services(self, menu: Menu, search: str, words: str) -> list[tuple[str, str]]:
        screen = menu.screens[search]
        assert screen.question, "it is a list"
        asked = screen.question
        outcome = await self._sources.ask(asked.name, canonical_answers(asked, dict.fromkeys(asked.needs, words)))
        return [(f"{search}={row['id']}", row_label(menu, screen, row)) for row in outcome.rows]


def picked(suggested: list[tuple[str, str]], typed: Typed) -> tuple[str, str] | None:
    """The suggestion that this number, or name, chooses."""
    for number, (where, name) in enumerate(suggested, 1):
        if typed.raw == str(number) or typed.plain == plain(name):
            return where, name
    return None


def is_confident(suggested: tuple[str, str], typed: Typed) -> bool:
    """Whether this is what was meant, and not only something near: a word of its name was typed, or begun."""
    name = plain(suggested[1]).split()
    return any(word.startswith(said) for said in typed.plain.split() if len(said) > 2 for word in name)


def open_suggestion(session: Session, suggested: tuple[str, str]) -> tuple[str, str]:
    """Stand where a suggestion leads; gives the row to choose there and its name, both empty for none."""
    where, name = suggested
    session.clear_journey()
    session.suggested, session.return_screen, session.awaiting_first_language, session.page = [], "", False, 0
    session.screen, _, row = where.partition("=")
    return (row, name) if row else ("", "")
