"""Questions to the sources: asked while a session stands on a look-up, within the limits on wrong answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

import structlog

from state.conversation.trace import UNCOUNTED, HopTrace, UsageRecorder
from state.interfaces import Outcome, Question, Source
from state.menu.machine import NoTransition, fire
from state.menu.model import Menu, Screen
from state.rate_limit import RateLimits, TooManyGuesses
from state.session import SAMPLE, Session
from state.text.answer_forms import canonical_answers

MOST_ROWS: Final = 97  # numbers below 98, which is a key
log = structlog.get_logger()
Rows = tuple[Mapping[str, str], ...]
MOST_LOOK_UPS: Final = 10  # in one hop; lint lets none go round in circles


class CachedRows(NamedTuple):
    """The last rows that a source gave for a list in one language, and as they are told."""

    screen: Screen
    rows: Rows
    labels: list[tuple[str, str]]


def begin_screen(menu: Menu, session: Session) -> bool:
    """Begin on a screen that was just come to; whether it can be shown without asking anything."""
    session.page, session.rows = 0, []
    if session.screen == menu.first:
        session.clear_journey()
    return menu.screens[session.screen].question is None


class LookupRunner:
    """What is asked while a session stands on a screen that cannot be shown without."""

    def __init__(self, sources: Source, limits: RateLimits, tally: UsageRecorder = UNCOUNTED) -> None:
        self._sources, self._limits, self._tally = sources, limits, tally
        self._lists: dict[tuple[str, str], CachedRows] = {}

    async def run(self, menu: Menu, session: Session, citizen: str, walk: HopTrace | None = None) -> str:
        """Ask what the screen asks, and follow each outcome; gives the last, "" where nothing is asked.

        Without a citizen nobody can be guessing, without a walk nothing is counted. Raises Refused, StoreUnavailable.
        """
        last = ""
        for _ in range(MOST_LOOK_UPS):
            screen = menu.screens[session.screen]
            if screen.question is None:
                return last
            try:
                outcome = await self._ask(screen.question, session, citizen, walk)
            except TooManyGuesses as refused:
                log.warning("guessing held back", question=screen.question.name, limit=refused.limit)
                self._tally.refused(screen.question.name, refused.limit, refused.now)
                raise
            last = outcome.trigger
            if screen.rows and last == "found":
                session.rows = self._listed(menu, screen, outcome.rows)
                return last
            session.facts, session.basis = dict(outcome.facts), outcome.basis
            session.looked_up = screen.name if outcome.basis else ""
            try:
                fire(menu.machine, session, last)
            except NoTransition:  # an outcome that the menu does not know is as good as none
                last = "unavailable"
                fire(menu.machine, session, last)
            if outcome.sample:
                session.facts[SAMPLE] = session.screen
        raise NoTransition(f"look-ups without end at {session.screen}")

    async def renew(self, menu: Menu, session: Session) -> bool:
        """Ask again for the facts at hand; whether they were taken back, and the session stands on what is told now."""
        screen = menu.screens.get(session.looked_up)
        if screen is None or screen.question is None:  # the menu is another one since
            session.screen = menu.first
            begin_screen(menu, session)
            return True
        outcome = await self._ask(screen.question, session, "", None)
        if outcome.basis == session.basis:
            return False
        session.screen = screen.name
        begin_screen(menu, session)
        await self.run(menu, session, "")
        return True

    def _listed(self, menu: Menu, screen: Screen, rows: Rows) -> list[tuple[str, str]]:
        """The rows as the screen lists them; laid out once as long as the source gives the same ones."""
        key = (menu.wording.language.code, screen.name)
        known = self._lists.get(key)
        if known is None or known.rows is not rows or known.screen is not screen:
            told = partial(row_label, menu, screen)
            known = self._lists[key] = CachedRows(screen, rows, [(row["id"], told(row)) for row in rows[:MOST_ROWS]])
        return known.labels

    async def _ask(self, question: Question, session: Session, citizen: str, walk: HopTrace | None) -> Outcome:
        answers = canonical_answers(question, session.answers)
        held = await self._limits.reserve(question, answers, citizen) if citizen and question.guarded else None
        started = time.perf_counter()
        outcome = await self._sources.ask(question.name, answers)
        if walk:
            typed = " ".join(answers[name] for name in question.needs) if question.rows else ""
            walk.ask(question, outcome, typed, time.perf_counter() - started)
        if held and outcome.trigger != "unknown":
            await self._limits.release(held)
        elif citizen and question.guess_range_field and outcome.trigger == "unknown":
            await self._limits.hold_back(question, answers, citizen)
        return outcome


def row_label(menu: Menu, screen: Screen, row: Mapping[str, str]) -> str:
    """A row's label in the language of the menu."""
    assert screen.rows, "only a list has rows"
    assert screen.question, "only a source gives them"
    gives, tell = screen.question.gives, menu.wording.format_fact

    def known(name: str) -> str:
        fact, value = gives.get(name), row.get(name, "")
        return tell(value, fact.kind, fact.sense) if fact and fact.kind != "text" else value

    return screen.rows.label.fill(known).strip()
