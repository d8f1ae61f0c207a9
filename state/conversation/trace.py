"""Trace of a hop for the usage counters: its path through the menus, without personal data.

A conversation without a UsageRecorder counts nothing: trials in the admin site and in the terminal do not count.
"""

from __future__ import annotations

from typing import Final, Protocol

from state.identity import network
from state.interfaces import Inbound, Outcome, Question
from state.session import AWAITED, Session
from state.text.languages import SOURCE

QuestionTrace = tuple[str, str, float]
Opinion = tuple[int, str, str, str]  # the number chosen, and the language, journey and subject of the answer
FirstAnswer = tuple[str, float, int]  # the goal, and the seconds and hops since the session began
_NOTHING: Final[tuple[QuestionTrace, ...]] = ()


class HopTrace:
    """Trace of one hop, from the session's screen to the screen shown.

    start: the screen before the hop, "" for a new session. screens: the screens passed, in order, with repetitions.
    questions: each question with its outcome and duration in seconds. begins: whether a call or a chat session starts;
    only then is network set. language: set when it becomes known in a call. served: the call reaches a goal for the
    first time. first_answer: set when the session does. missed: the screen that did not understand an input. sought:
    the words of a search without result. subjects: what the answers of sources were about. opinion: set when a citizen
    said whether an answer helped.
    Attributes other than channel, start, screens and questions exist only if has_details is true.
    """

    __slots__ = (
        "_began",
        "_call",
        "_goal",
        "_prompted",
        "_spoke",
        "begins",
        "channel",
        "first_answer",
        "has_details",
        "language",
        "missed",
        "network",
        "opinion",
        "questions",
        "screens",
        "served",
        "sought",
        "start",
        "subjects",
    )  # fmt: skip
    first_answer: FirstAnswer | None
    opinion: Opinion | None
    _goal: str

    def __init__(self, channel: str, before: Session | None) -> None:
        self.channel = channel
        self.screens: list[str] = []
        self.has_details, self.questions = False, _NOTHING
        if before:
            self.start, self._call, self._spoke, self._began, self._prompted = (
                before.screen,
                before.gateway_session_id,
                before.language.chosen,
                before.language.awaiting_first,
                before.resume_prompted,
            )
        else:
            self.start = self._call = self._spoke = ""
            self._began = self._prompted = False

    def add_screen(self, screen: str) -> None:
        """Add a screen that the hop passed."""
        self.screens.append(screen)

    def record_unrecognized(self, screen: str) -> None:
        """Record that this screen did not understand an input."""
        self._add_details()
        self.missed = screen

    def record_failed_search(self, words: str) -> None:
        """Record the words of a search without result."""
        self._add_details()
        self.sought = words

    def mark_completed(self, goal: str) -> None:
        """Record that the session reached a goal of the menu."""
        self._add_details()
        self.served, self._goal = True, self._goal or goal

    def record_opinion(self, number: int, language: str, journey: str, subject: str) -> None:
        """Record that an answer helped or not, by the number of the choice."""
        self._add_details()
        self.opinion = number, language, journey, subject

    def record_question(self, question: Question, outcome: Outcome, words: str, seconds: float) -> None:
        """Record a question to a source; words are the answers that it needed."""
        self._add_details()
        self.questions += ((question.name, outcome.trigger, seconds),)
        if outcome.subject:
            self._add_details()
            self.subjects += (outcome.subject,)
        own = question.guarded or question.guess_range_field
        if question.rows and question.needs and outcome.trigger == "unknown" and not own:
            self.sought = words

    def finish(self, inbound: Inbound, session: Session, fresh: bool) -> None:
        """End the trace; fresh: the session is new."""
        self.screens.append(session.screen)
        resumes = session.resume_prompted and not self._prompted  # also a call under the id of the one that was cut
        if fresh or resumes or session.gateway_session_id != self._call:
            self._add_details()
            self.begins, self.network, session.served = True, network(inbound), False
            self.start = "" if fresh else self.start
            self.language = _language_of(session)
        elif session.language.chosen != self._spoke or session.language.awaiting_first != self._began:
            self._add_details()
            self.language = _language_of(session)
        if self.has_details and self.served:
            self.served, session.served = not session.served, True
            if since := session.answers.pop(AWAITED, ""):
                self.first_answer = self._goal, max(0.0, session.at - float(since)), session.hop

    def _add_details(self) -> None:
        """Create the details. Most hops have none, so they pay nothing for them."""
        if not self.has_details:
            self.has_details, self.begins, self.served = True, False, False
            self.missed = self.sought = self.network = self.language = ""
            self._goal = ""
            self.subjects: tuple[str, ...] = ()
            self.first_answer = self.opinion = None


def _language_of(session: Session) -> str:
    """Return the session's language, "" while the citizen has not chosen one on the language screen."""
    return session.language.chosen or ("" if session.language.awaiting_first else SOURCE)


class UsageRecorder(Protocol):
    """Counts usage; `at` is in Unix seconds, no method waits or raises.

    tests/analytics/test_counters.py is the full contract.
    """

    def record_hop(self, walk: HopTrace, at: float) -> None:
        """Count a hop that was answered."""

    def record_citizen(self, citizen: str, subjects: tuple[str, ...], at: float) -> None:
        """Count a citizen, known by a pseudonym, once for the day and once for each subject."""

    def record_failed_search(self, words: str, citizen: str, at: float) -> None:
        """Count a search without result; citizen is a pseudonym."""

    def refused(self, question: str, limit: str, at: float) -> None:
        """Count a question refused because of a limit on wrong answers (state/rate_limit.py)."""

    def sent(self, gateway: str, parts: int, at: float) -> None:
        """Count a message that was sent; parts is the number of parts paid for, 0 if it is free."""


class NullRecorder:
    """A UsageRecorder that counts nothing."""

    def record_hop(self, walk: HopTrace, at: float) -> None:
        """Count nothing."""

    def record_citizen(self, citizen: str, subjects: tuple[str, ...], at: float) -> None:
        """Count nothing."""

    def record_failed_search(self, words: str, citizen: str, at: float) -> None:
        """Count nothing."""

    def refused(self, question: str, limit: str, at: float) -> None:
        """Count nothing."""

    def sent(self, gateway: str, parts: int, at: float) -> None:
        """Count nothing."""


UNCOUNTED: Final = NullRecorder()
