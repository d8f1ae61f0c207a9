"""The menu version for new sessions, and the older ones that open sessions still need.

A MenuVersion has all journeys in every language. Files are read, checked and compiled apart; only a version without
problems replaces the active one. An open session stays on its version, which is retained until no session can need it.
Translations are different: new ones apply to all versions at once.

MenuChangeFeed announces changes and problems of the menu files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from types import MappingProxyType
from typing import Any

from state.errors import Problem
from state.menu.compiler import compile_menu, machine_of
from state.menu.journeys import HOME, Journey, Journeys
from state.menu.keywords import KeywordIndex
from state.menu.lint.rule import Questions
from state.menu.machine import destination
from state.menu.model import Menu, Screen
from state.menu.options import in_season, without_options
from state.text.index import Index
from state.text.language_words import LanguageWords, merge
from state.text.languages import SOURCE, offered
from state.text.pagination import paginate
from state.text.translations import Translator, Wordings

PLACES = "centres.search"
SEARCHES = ("services.search", PLACES)  # questions whose one need is any words; a list may ask each
HELP = "help"
NO_SEASON: Mapping[str, str] = MappingProxyType({})
Names = Mapping[str, str]  # of the offered languages, by code
MAX_RETAINED = 20  # versions; with more changes within one session's life, the oldest sessions move to the current one


@dataclass(frozen=True, slots=True)
class MenuVersion:
    """One version of all journeys, in every language.

    offered has the name of each language that citizens may choose, by code; private the screens that only their citizen
    may see. openings are the keywords, titles the journeys by first screen; index searches titles and keywords in every
    language. searches are the lists that find something by any words, help the screen for AIDE. typed are the words of
    all languages that citizens type beside what they ask. season has the facts that the first screen shows now.
    """

    version: str
    first: str
    menus: Mapping[str, Menu]
    offered: Mapping[str, str]
    private: frozenset[str]
    journeys: Journeys
    questions: Questions
    wordings: Wordings
    openings: KeywordIndex
    titles: Mapping[str, str]
    index: Index
    searches: tuple[str, ...]
    help: str
    typed: LanguageWords
    season: Mapping[str, str] = field(default_factory=lambda: NO_SEASON)

    def menu(self, language: str) -> Menu:
        """Return the menu in this language, or in French if there is none."""
        return self.menus.get(language) or self.menus[SOURCE]

    @property
    def locating(self) -> str:
        """The list that finds what is near a location, "" if there is none."""
        screens = self.menus[SOURCE].screens
        asking = (name for name in self.searches if (asked := screens[name].question) and asked.name == PLACES)
        return next(asking, "")

    def in_season(self, facts: Mapping[str, str]) -> MenuVersion:
        """Return the same version whose first screens show the options that need these facts, in a millisecond.

        Its compiled screens stay as they are, so that any season may follow.
        """
        if facts is self.season:
            return self
        menus = {
            code: replace(menu, season=in_season(menu.screens[menu.first], facts) if facts else None)
            for code, menu in self.menus.items()
        }
        return replace(self, menus=menus, season=facts)

    def with_translations(self, by: MenuVersion) -> MenuVersion:
        """Return the same journeys with the translations of another version, in milliseconds: the machine is shared."""
        machine = self.menus[SOURCE].machine
        menus = {
            code: _menu(self.journeys, self.questions, wording, machine, (by.offered, by.typed))
            for code, wording in by.wordings.items()
        }
        return replace(
            self,
            menus=menus,
            offered=by.offered,
            wordings=by.wordings,
            openings=KeywordIndex(self.journeys, by.typed),
            typed=by.typed,
        )


def build_menu_version(
    journeys: Journeys, questions: Questions, wordings: Wordings, drafts: Collection[str] | None
) -> MenuVersion:
    """Build a version from journeys without problems; drafts is passed to state.text.languages.offered."""
    names = {one.code: one.name for one in offered({code: one.language for code, one in wordings.items()}, drafts)}
    machine = machine_of(journeys)
    typed = merge(wording.language.typed for wording in wordings.values())
    menus = {code: _menu(journeys, questions, wording, machine, (names, typed)) for code, wording in wordings.items()}
    screens = menus[SOURCE].screens.values()
    titles = _titles(journeys)
    return MenuVersion(
        version=journeys.version,
        first=journeys.start,
        menus=menus,
        offered=names,
        private=frozenset(screen.name for screen in screens if screen.private),
        journeys=journeys,
        questions=questions,
        wordings=wordings,
        openings=KeywordIndex(journeys, typed),
        titles={first: journey.title for first, journey in titles.items()},
        index=Index({first: tuple(_about(journey, wordings)) for first, journey in titles.items()}),
        searches=tuple(_searches(menus[SOURCE])),
        help=journeys.resolve(HELP, HELP) or journeys.start,
        typed=typed,
    )


def _searches(menu: Menu) -> Iterator[str]:
    """Yield the first list for each question that searches."""
    for question in SEARCHES:
        asking = (
            one.name for one in menu.screens.values() if one.rows and one.question and one.question.name == question
        )
        yield from islice(asking, 1)


def _goals(menu: Menu) -> Iterator[str]:
    """Yield the ends, and the screen that each look-up leads to when it finds something."""
    for screen in menu.screens.values():
        if screen.ends:
            yield screen.name
        if screen.question and not screen.rows:
            yield destination(menu.machine, screen.name, "found")


def _titles(journeys: Journeys) -> Mapping[str, Journey]:
    """Return the journeys that a search may find, by first screen."""
    every = ((journeys.resolve(name, one.first), one) for name, one in journeys.files.items() if name != HOME)
    return {first: one for first, one in every if first}


def _about(journey: Journey, wordings: Wordings) -> Iterator[str]:
    """Yield the texts that a journey is found by: its title in every language, and its keywords."""
    yield from dict.fromkeys(wording.translate(journey.title) for wording in wordings.values())
    yield from journey.words


def _menu(
    journeys: Journeys, questions: Questions, wording: Translator, machine: Any, spoken: tuple[Names, LanguageWords]
) -> Menu:
    """Compile the menu of one language with the line that names the other languages, "" if there are none."""
    names, typed = spoken
    menu = compile_menu(journeys, questions, wording, machine, typed)
    others = ", ".join(name for code, name in names.items() if code != wording.language.code)
    line = menu.phrases.other_languages.replace("{languages}", others) if others else ""
    return replace(
        menu,
        phrases=menu.phrases.model_copy(update={"other_languages": line}),
        goals=frozenset(_goals(menu)),
        screens=menu.screens if len(names) > 1 else _without_languages(menu),
    )


def _without_languages(menu: Menu) -> Mapping[str, Screen]:
    """Return the screens of a menu in one language: none offers to choose another."""
    return {
        name: without_options(
            screen,
            [one.trigger for one in screen.options if destination(menu.machine, name, one.trigger) == menu.languages],
            is_first=name == menu.first,
        )
        for name, screen in menu.screens.items()
    }


class ActiveMenus:
    """The current version, and those replaced less than `needed_for` seconds ago."""

    def __init__(self, edition: MenuVersion, needed_for: float, clock: Callable[[], float]) -> None:
        self.current = edition
        self._needed_for, self._clock = needed_for, clock
        self._replaced: dict[str, tuple[MenuVersion, float]] = {}

    def get(self, version: str) -> MenuVersion | None:
        """Return a version with the current translations, None if it is gone."""
        if version == self.current.version:
            return self.current
        edition, since = self._replaced.get(version, (None, 0.0))
        if edition and edition.wordings is not self.current.wordings:
            edition = edition.with_translations(self.current)
            self._replaced[version] = (edition, since)
        if edition and edition.season is not self.current.season:
            edition = edition.in_season(self.current.season)
            self._replaced[version] = (edition, since)
        return edition

    def set_season(self, facts: Mapping[str, str]) -> None:
        """Show what is in season on the first screen of all sessions from now on; without facts, nothing is."""
        if facts != self.current.season:
            self.current = self.current.in_season(facts)

    def retain(self, edition: MenuVersion) -> None:
        """Keep a version that was replaced before this process started, for open sessions."""
        if edition.version != self.current.version:
            self._replaced.setdefault(edition.version, (edition, self._clock()))

    def activate(self, edition: MenuVersion) -> None:
        """Make a version the current one, and apply its translations to all sessions."""
        now = self._clock()
        replaced = {**self._replaced, self.current.version: (self.current, now)}
        replaced.pop(edition.version, None)
        recent = [(version, old) for version, old in replaced.items() if now - old[1] < self._needed_for]
        self._replaced = dict(recent[-MAX_RETAINED:])
        self.current = edition.in_season(self.current.season)
        paginate.cache_clear()


class MenuChangeFeed:
    """State of the menu files. revision counts the checks of the files; problems are those of the last check."""

    def __init__(self) -> None:
        self.revision = 0
        self.problems: tuple[Problem, ...] = ()
        self._changed = asyncio.Event()

    def announce(self, problems: Sequence[Problem] = ()) -> None:
        """Announce a check of the files; with problems, nothing was activated."""
        self.problems, self.revision = tuple(problems), self.revision + 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def after(self, turn: int) -> None:
        """Wait for a check after this one."""
        while self.revision <= turn:
            await self._changed.wait()
