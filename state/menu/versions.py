"""One version of the menus: all journeys, compiled in every language.

journeys without problems, words of each language -> MenuVersion; state/menu/active_versions.py says which one is
served.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from types import MappingProxyType
from typing import Any

from state.menu.closed_journeys import close_journeys, without_targets
from state.menu.compiler import compile_menu, machine_of
from state.menu.goals import goals
from state.menu.journeys import HOME, Journey, Journeys
from state.menu.keywords import KeywordIndex
from state.menu.lint.rule import Questions
from state.menu.model import Menu
from state.menu.options import in_season
from state.text.index import Index
from state.text.language_words import LanguageWords, merge
from state.text.languages import SOURCE, offered
from state.text.translations import Translator, Wordings

PLACES = "centres.search"
SEARCHES = ("services.search", PLACES)  # questions whose one need is any words; a list may ask each
HELP = "help"
NO_SEASON: Mapping[str, str] = MappingProxyType({})
Names = Mapping[str, str]  # of the offered languages, by code


@dataclass(frozen=True, slots=True)
class MenuVersion:
    """One version of all journeys, in every language.

    offered has the name of each language that citizens may choose, by code; private the screens that only their citizen
    may see. openings are the keywords, titles the journeys by first screen; index searches titles and keywords in every
    language. searches are the lists that find something by any words, help the screen for AIDE. typed are the words of
    all languages that citizens type beside what they ask. season has the facts that the first screen shows now; empty
    are the questions that have nothing to look up in, and complete the menus with all journeys while some are closed.
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
    empty: frozenset[str] = frozenset()
    complete: Mapping[str, Menu] = field(default_factory=dict)

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

    def without(self, empty: frozenset[str]) -> MenuVersion:
        """Return the same version in which no option leads to a journey with one of these questions, in milliseconds.

        Its season ends.
        """
        if empty == self.empty:
            return self
        complete = self.complete or {code: replace(menu, season=None) for code, menu in self.menus.items()}
        menus = {code: close_journeys(menu, empty) for code, menu in complete.items()} if empty else complete
        return replace(self, menus=menus, season=NO_SEASON, empty=empty, complete=complete if empty else {})

    def with_translations(self, by: MenuVersion) -> MenuVersion:
        """Return the same journeys with the translations of another version, in milliseconds: the machine is shared."""
        machine = self.menus[SOURCE].machine
        menus = {
            code: _menu(self.journeys, self.questions, wording, machine, (by.offered, by.typed))
            for code, wording in by.wordings.items()
        }
        translated = replace(
            self,
            menus=menus,
            offered=by.offered,
            wordings=by.wordings,
            openings=KeywordIndex(self.journeys, by.typed),
            typed=by.typed,
            season=NO_SEASON,
            empty=frozenset(),
            complete={},
        )
        return translated.without(self.empty).in_season(self.season)


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
        goals=goals(menu),
        screens=menu.screens if len(names) > 1 else without_targets(menu, {menu.languages}),
    )
