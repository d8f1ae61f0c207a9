"""Runs look-ups: asks the sources what a screen needs, within the limits on wrong answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

import structlog

from state.conversation.effects import AskSource, CountUnknown, Dialogue, ReleaseTry, ReserveTry
from state.conversation.trace import UNCOUNTED, HopTrace, UsageRecorder
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Question
from state.menu.machine import NoTransition, fire
from state.menu.model import Menu, Screen
from state.menu.schema import NOT_OFFERED
from state.rate_limit import Reserved, TooManyGuesses
from state.session import SAMPLE, SUBJECT, Session
from state.text.answer_forms import canonical_answers

MAX_ROWS: Final = 97  # numbers below 98, which is a key
MAX_LISTS: Final = 1000  # cached lists; a theme's services are one, in each language
log = structlog.get_logger()
Rows = tuple[Mapping[str, str], ...]
MAX_LOOK_UPS: Final = 10  # in one hop; lint rejects cycles of look-ups


class CachedRows(NamedTuple):
    """The last rows of a list from its source, and their labels in one language."""

    screen: Screen
    rows: Rows
    labels: list[tuple[str, str]]


def begin_screen(menu: Menu, session: Session) -> bool:
    """Reset page and rows for the screen just entered. Returns True if the screen needs no look-up.

    A screen that is closed is not entered: another one says so.
    """
    session.page, session.rows = 0, []
    if session.screen in menu.closed:
        session.screen = NOT_OFFERED if NOT_OFFERED in menu.screens else menu.first
    if session.screen == menu.first:
        session.clear_journey()
    return menu.screens[session.screen].question is None


class LookupRunner:
    """Asks the questions of screens that need a source."""

    def __init__(self, tally: UsageRecorder = UNCOUNTED) -> None:
        self._tally = tally
        self._lists: dict[tuple[str, str, int], CachedRows] = {}

    def run(self, menu: Menu, session: Session, citizen: str, walk: HopTrace | None = None) -> Dialogue[str]:
        """Ask the screen's question and follow each outcome; returns the last outcome, "" if there is no question.

        No citizen: no limits; no walk: no trace. Raises TooManyGuesses and StoreUnavailable.
        """
        last = ""
        for _ in range(MAX_LOOK_UPS):
            screen = menu.screens[session.screen]
            if screen.question is None:
                return last
            try:
                outcome = yield from self._ask(screen.question, session, citizen, walk)
            except TooManyGuesses as refused:
                log.warning("guessing held back", question=screen.question.name, limit=refused.limit)
                self._tally.refused(screen.question.name, refused.limit, refused.now)
                raise
            if not screen.rows or outcome.trigger != "found":
                last = _take_facts(menu, session, screen, outcome)
                continue
            session.rows = self._listed(menu, screen, outcome.rows)
            if not _open_only_row(menu, session, screen):
                return "found"
        raise NoTransition(f"look-ups without end at {session.screen}")

    def refresh_facts(self, menu: Menu, session: Session) -> Dialogue[bool]:
        """Ask again for the session's facts. Returns True if they were withdrawn and the session has the new answer."""
        screen = menu.screens.get(session.looked_up)
        if screen is None or screen.question is None:  # the menu has changed
            session.screen = menu.first
            begin_screen(menu, session)
            return True
        outcome = yield from self._ask(screen.question, session, "", None)
        if outcome.basis == session.basis:
            return False
        session.screen = screen.name
        begin_screen(menu, session)
        yield from self.run(menu, session, "")
        return True

    def _listed(self, menu: Menu, screen: Screen, rows: Rows) -> list[tuple[str, str]]:
        """Return ids and labels of the rows; cached while the source returns the same tuple, but for a search."""
        label_of = partial(row_label, menu, screen)
        if screen.question and screen.question.is_search:
            return [(row["id"], label_of(row)) for row in rows[:MAX_ROWS]]
        key = (menu.wording.language.code, screen.name, id(rows))
        known = self._lists.get(key)
        if known is None or known.rows is not rows or known.screen is not screen:
            if len(self._lists) >= MAX_LISTS:
                del self._lists[next(iter(self._lists))]  # the oldest
            known = self._lists[key] = CachedRows(screen, rows, [(row["id"], label_of(row)) for row in rows[:MAX_ROWS]])
        return known.labels

    def _ask(self, question: Question, session: Session, citizen: str, walk: HopTrace | None) -> Dialogue[Outcome]:
        answers = canonical_answers(question, session.answers)
        reserved: Reserved | None = None
        if citizen and question.guarded:
            reserved = yield ReserveTry(question, answers, citizen)
        started = time.perf_counter()
        try:
            outcome: Outcome = yield AskSource(question.name, answers)
        except SourceUnavailable:  # of a message that can wait: it is asked again
            if reserved:
                yield ReleaseTry(reserved)
            raise
        if walk:
            typed = " ".join(answers[name] for name in question.needs) if question.rows else ""
            walk.record_question(question, outcome, typed, time.perf_counter() - started)
        if reserved and outcome.trigger != "unknown":
            yield ReleaseTry(reserved)
        elif citizen and question.guess_range_field and outcome.trigger == "unknown":
            yield CountUnknown(question, answers, citizen)
        return outcome


def _take_facts(menu: Menu, session: Session, screen: Screen, outcome: Outcome) -> str:
    """Store the facts of an answer and follow its outcome; returns the outcome that the menu knows."""
    last = outcome.trigger
    session.facts, session.basis = dict(outcome.facts), outcome.basis
    session.looked_up = screen.name if outcome.basis else ""
    if outcome.subject:
        session.facts[SUBJECT] = outcome.subject
    for name in screen.question.needs if screen.question else ():
        if respelled := outcome.facts.get(name):  # the answer as the source has it: 00201 for 201
            session.shown[name] = respelled
    try:
        fire(menu.machine, session, last)
    except NoTransition:  # the menu does not know this outcome
        last = "unavailable"
        fire(menu.machine, session, last)
    if outcome.sample:
        session.facts[SAMPLE] = session.screen
    return last


def _open_only_row(menu: Menu, session: Session, screen: Screen) -> bool:
    """Choose the only row of a list that opens it alone; returns False if there are more, or it does not."""
    if len(session.rows) != 1 or not screen.rows or not screen.rows.opens_alone:
        return False
    ((row, label),), session.rows = session.rows, []
    session.answers[screen.rows.keep], session.shown[screen.rows.keep] = row, label
    fire(menu.machine, session, "choice")
    return True


def row_label(menu: Menu, screen: Screen, row: Mapping[str, str]) -> str:
    """Return a row's label in the language of the menu."""
    assert screen.rows, "only a list has rows"
    assert screen.question, "only a source gives them"
    gives, tell = screen.question.gives, menu.wording.format_fact

    def known(name: str) -> str:
        fact, value = gives.get(name), row.get(name, "")
        return tell(value, fact.kind, fact.sense) if fact and fact.kind != "text" else value

    return screen.rows.label.fill(known).strip()
