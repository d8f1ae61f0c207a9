"""Questions to the sources: asked while a session stands on a look-up, and stopped when somebody guesses in series."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

import structlog

from state.machine import NoWay, fire
from state.menu import Menu, Screen
from state.messages import Outcome, Question, Source
from state.session import Session
from state.store import Store
from state.tally import Walk

MOST_MISSES: Final = 10  # wrong answers to one guarded question, within MISSES_SECONDS of the first
MISSES_SECONDS: Final = 3600.0
MOST_IN_SERIES: Final = 60  # wrong answers within a hundred numbers, from all citizens, within SERIES_SECONDS
SERIES_SECONDS: Final = 600.0
MOST_ROWS: Final = 97  # numbers below 98, which is a key
log = structlog.get_logger()
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

    async def follow(self, menu: Menu, session: Session, citizen: str, walk: Walk | None = None) -> str:
        """Ask what the screen asks, and follow each outcome; gives the last, "" where nothing is asked.

        Without a citizen nobody can be guessing, without a walk nothing is counted. Raises Guessing, StoreUnavailable.
        """
        last = ""
        for _ in range(MOST_LOOK_UPS):
            screen = menu.screens[session.screen]
            if screen.question is None:
                return last
            outcome = await self._ask(screen.question, session, citizen, walk)
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

    async def _ask(self, question: Question, session: Session, citizen: str, walk: Walk | None) -> Outcome:
        limits = _limits(question, session.answers, citizen) if citizen else ()
        for limit in limits:
            counted = self._store.count if limit.every else self._counted
            if await counted(limit.key, limit.seconds) > limit.most:
                log.warning("guessing slowed", question=question.name, who=limit.who)
                raise Guessing
        started = time.perf_counter()
        outcome = await self._sources.ask(question.name, session.answers)
        if walk:
            typed = " ".join(session.answers.get(name, "") for name in question.needs) if question.rows else ""
            walk.ask(question, outcome, typed, time.perf_counter() - started)
        if outcome.trigger == "unknown":
            for limit in limits:
                if not limit.every:
                    await self._store.count(limit.key, limit.seconds)
        return outcome

    async def _counted(self, key: str, life: float) -> int:
        """What a limit on wrong answers would be at with one more of them."""
        return int(await self._store.load(key) or 0) + 1


class Limit(NamedTuple):
    """How often something may be asked within so many seconds; every: whatever the answer, else only wrong ones."""

    key: str
    most: int
    seconds: float
    every: bool
    who: str


def _limits(question: Question, answers: Mapping[str, str], citizen: str) -> tuple[Limit, ...]:
    name, found = question.name, []
    if question.most_asked:
        found.append(Limit(f"asked:{name}:{citizen}", question.most_asked, MISSES_SECONDS, True, "citizen"))
    if question.guarded:
        found.append(Limit(f"misses:{name}:{citizen}", MOST_MISSES, MISSES_SECONDS, False, "citizen"))
    if question.series:
        others = [answers.get(needed, "") for needed in question.needs if needed != question.series]
        near = answers.get(question.series, "")[:-2]
        key = f"series:{name}:{':'.join((*others, near))}"
        found.append(Limit(key, MOST_IN_SERIES, SERIES_SECONDS, False, "series"))
    return tuple(found)


def row_told(menu: Menu, screen: Screen, row: Mapping[str, str]) -> str:
    """A row's label in the language of the menu."""
    assert screen.rows, "only a list has rows"
    assert screen.question, "only a source gives them"
    gives, tell = screen.question.gives, menu.wording.tell

    def known(name: str) -> str:
        fact, value = gives.get(name), row.get(name, "")
        return tell(value, fact.kind, fact.sense) if fact and fact.kind != "text" else value

    return screen.rows.label.fill(known).strip()
