"""The edition that new sessions get, and those that open sessions still need.

An edition is one version of all journeys in every language. Files are read, checked and compiled aside; only an edition
without a problem takes the place of the one that runs. An open session stays on the version it began on, which is kept
until no session can need it any more; words are another matter: what translators save is said in all of them at once.

Word of what was saved: whoever looks at the menus learns that they changed, or what is to mend before they can.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from state.errors import Problem
from state.menu.compiler import compile_menu, machine_of
from state.menu.journeys import HOME, Journey, Journeys
from state.menu.keywords import KeywordIndex
from state.menu.lint.rule import Questions
from state.menu.machine import destination
from state.menu.model import Menu
from state.text.languages import SOURCE, offered
from state.text.pagination import paginate
from state.text.search import Index
from state.text.translations import Translator, Wordings

SEARCH = "services.search"  # the question by which services are found, from whatever list asks it
HELP = "help"
MAX_RETAINED = 20  # versions; an operator who saves more often within one session's life moves the oldest sessions


@dataclass(frozen=True, slots=True)
class MenuVersion:
    """One version of all journeys, in every language.

    offered are the languages that citizens may choose, each name by its code; private the screens for one's own eyes.
    openings are what messages open by their words, titles the journeys by their first screen, index finds those, in
    the words of every language; search is the list in which services are found, help the screen that AIDE shows.
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
    search: str
    help: str

    def menu(self, language: str) -> Menu:
        """The menu in this language, in French when it has none."""
        return self.menus.get(language) or self.menus[SOURCE]

    def with_translations(self, by: MenuVersion) -> MenuVersion:
        """The same journeys in the words of another edition; milliseconds, the machine stays."""
        machine = self.menus[SOURCE].machine
        menus = {
            code: _menu(self.journeys, self.questions, wording, machine, by.offered)
            for code, wording in by.wordings.items()
        }
        return replace(self, menus=menus, offered=by.offered, wordings=by.wordings)


def build_menu_version(
    journeys: Journeys, questions: Questions, wordings: Wordings, drafts: Collection[str] | None
) -> MenuVersion:
    """The edition of journeys in which lint found nothing; drafts as state.text.languages.offered takes them."""
    names = {one.code: one.name for one in offered({code: one.language for code, one in wordings.items()}, drafts)}
    machine = machine_of(journeys)
    menus = {code: _menu(journeys, questions, wording, machine, names) for code, wording in wordings.items()}
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
        openings=KeywordIndex(journeys),
        titles={first: journey.title for first, journey in titles.items()},
        index=Index({first: tuple(_about(journey, wordings)) for first, journey in titles.items()}, {}),
        search=next((one.name for one in screens if one.rows and one.question and one.question.name == SEARCH), ""),
        help=journeys.resolve(HELP, HELP) or journeys.start,
    )


def _goals(menu: Menu) -> Iterator[str]:
    """Each end, and each screen to which a look-up leads that found something."""
    for screen in menu.screens.values():
        if screen.ends:
            yield screen.name
        if screen.question and not screen.rows:
            yield destination(menu.machine, screen.name, "found")


def _titles(journeys: Journeys) -> Mapping[str, Journey]:
    """Every journey that may be meant, by its first screen."""
    every = ((journeys.resolve(name, one.first), one) for name, one in journeys.files.items() if name != HOME)
    return {first: one for first, one in every if first}


def _about(journey: Journey, wordings: Wordings) -> Iterator[str]:
    """What a journey is found by: its title in every language, and its words."""
    yield from dict.fromkeys(wording.translate(journey.title) for wording in wordings.values())
    yield from journey.words


def _menu(
    journeys: Journeys, questions: Questions, wording: Translator, machine: Any, names: Mapping[str, str]
) -> Menu:
    """One language's menu, whose line about other languages tells their names; it is empty when there is none."""
    menu = compile_menu(journeys, questions, wording, machine)
    others = ", ".join(name for code, name in names.items() if code != wording.language.code)
    said = menu.phrases.other_languages.replace("{languages}", others) if others else ""
    return replace(
        menu, phrases=menu.phrases.model_copy(update={"other_languages": said}), goals=frozenset(_goals(menu))
    )


class ActiveMenus:
    """The current edition, and those replaced less than `needed_for` seconds ago."""

    def __init__(self, edition: MenuVersion, needed_for: float, clock: Callable[[], float]) -> None:
        self.current = edition
        self._needed_for, self._clock = needed_for, clock
        self._replaced: dict[str, tuple[MenuVersion, float]] = {}

    def get(self, version: str) -> MenuVersion | None:
        """The edition of this version in the words of today, None when it is gone."""
        if version == self.current.version:
            return self.current
        edition, since = self._replaced.get(version, (None, 0.0))
        if edition and edition.wordings is not self.current.wordings:
            edition = edition.with_translations(self.current)
            self._replaced[version] = (edition, since)
        return edition

    def retain(self, edition: MenuVersion) -> None:
        """Open sessions may be on this edition, which was replaced before this process began."""
        if edition.version != self.current.version:
            self._replaced.setdefault(edition.version, (edition, self._clock()))

    def activate(self, edition: MenuVersion) -> None:
        """New sessions get this edition from now on, and every session its words."""
        now = self._clock()
        kept = {**self._replaced, self.current.version: (self.current, now)}
        kept.pop(edition.version, None)
        recent = [(version, old) for version, old in kept.items() if now - old[1] < self._needed_for]
        self._replaced = dict(recent[-MAX_RETAINED:])
        self.current = edition
        paginate.cache_clear()


class MenuChangeFeed:
    """What is known of the menu files. turn goes up with each look at them; problems are those of the last look."""

    def __init__(self) -> None:
        self.revision = 0
        self.problems: tuple[Problem, ...] = ()
        self._changed = asyncio.Event()

    def tell(self, problems: Sequence[Problem] = ()) -> None:
        """The files were looked at; with problems nothing was taken up."""
        self.problems, self.revision = tuple(problems), self.revision + 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def after(self, turn: int) -> None:
        """Wait until there was a look after this one."""
        while self.revision <= turn:
            await self._changed.wait()
