"""Questions to the sources: asked while a session stands on a look-up, and stopped when somebody guesses in series."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

from state.machine import NoWay, fire
from state.menu import Menu, Screen
from state.messages import Outcome, Question, Source
from state.session import Session
from state.store import Store

MOST_MISSES: Final = 10  # wrong answers to one guarded question, within MISSES_SECONDS of the first
MISSES_SECONDS: Final = 3600.0
MOST_ROWS: Final = 97  # numbers below 98, which is a key
Rows = tuple[Mapping[str, str], ...]
MOST_LOOK_UPS: Final = 10  # in one hop; lint lets none go round in circles


class Listed(NamedTuple):
    """The last rows that a source gave for a list in one language, and as they are told."""

    screen: Screen
    rows: Rows
    told: list[tuple[str, str]]


class Guessing(Exception):
    """One citizen gave too many wrong answers to a guarded question."""


def settled(menu: Menu, session: Session) -> bool:
    """Begin on a screen that was just come to; whether it can be shown without asking anything."""
    session.page, session.rows = 0, []
    if session.screen == menu.first:
        session.forget()
    return menu.screens[session.screen].question is None


class Asking:
    """What is asked while a session stands on a screen that cannot be shown without."""

    def __init__(self, store: Store, sources: Source) -> None:
        self._store, self._sources = store, sources
        self._lists: dict[tuple[str, str], Listed] = {}

    async def follow(self, menu: Menu, session: Session, citizen: str) -> str:
        """Ask what the screen asks, and follow each outcome; gives the last, "" where nothing is asked.

        Without a citizen nobody can be guessing. Raises Guessing and StoreUnavailable.
        """
        last = ""
        for _ in range(MOST_LOOK_UPS):
            screen = menu.screens[session.screen]
            if screen.question is None:
                return last
            outcome = await self._ask(screen.question, session, citizen)
            last = outcome.trigger
            if screen.rows and last == "found":
                session.rows = self._listed(menu, screen, outcome.rows)
                return last
            session.facts = dict(outcome.facts)
            try:
                fire(menu.machine, session, last)
            except NoWay:  # an outcome that the menu does not know is as good as none
                last = "unavailable"
                fire(menu.machine, session, last)
        raise NoWay(f"look-ups without end at {session.screen}")

    def _listed(self, menu: Menu, screen: Screen, rows: Rows) -> list[tuple[str, str]]:
        """The rows as the screen lists them; laid out once as long as the source gives the same ones."""
        key = (menu.wording.language.code, screen.name)
        known = self._lists.get(key)
        if known is None or known.rows is not rows or known.screen is not screen:
            told = partial(row_told, menu, screen)
            known = self._lists[key] = Listed(screen, rows, [(row["id"], told(row)) for row in rows[:MOST_ROWS]])
        return known.told

    async def _ask(self, question: Question, session: Session, citizen: str) -> Outcome:
        if citizen and question.most_asked:
            asked = await self._store.count(f"asked:{question.name}:{citizen}", MISSES_SECONDS)
            if asked > question.most_asked:
                raise Guessing
        if not (question.guarded and citizen):
            return await self._sources.ask(question.name, session.answers)
        misses = f"misses:{question.name}:{citizen}"
        if int(await self._store.load(misses) or 0) >= MOST_MISSES:
            raise Guessing
        outcome = await self._sources.ask(question.name, session.answers)
        if outcome.trigger == "unknown":
            await self._store.count(misses, MISSES_SECONDS)
        return outcome


def row_told(menu: Menu, screen: Screen, row: Mapping[str, str]) -> str:
    """A row's label in the language of the menu."""
    assert screen.rows, "only a list has rows"
    assert screen.question, "only a source gives them"
    gives, tell = screen.question.gives, menu.wording.tell

    def known(name: str) -> str:
        fact, value = gives.get(name), row.get(name, "")
        return tell(value, fact.kind, fact.sense) if fact and fact.kind != "text" else value

    return screen.rows.label.fill(known).strip()
