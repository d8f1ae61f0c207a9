"""What is told to whoever counts: the way that one hop took through the menus, and nothing of whoever took it.

A conversation that is not given a Tally counts nothing: trials on the desk and in the terminal are none of the figures.
"""

from __future__ import annotations

from typing import Final, Protocol

from state.identity import network
from state.interfaces import Inbound, Outcome, Question
from state.session import Session
from state.text.languages import SOURCE

Asked = tuple[str, str, float]
_NOTHING: Final[tuple[Asked, ...]] = ()


class HopTrace:
    """One hop, from the screen on which the session stood to the one that is shown.

    begins: a call, or a day's talk, began; network is known then. start is the screen stood on before, "" for a new
    session; screens those that the hop came by, in order, with repetitions. language is set where it is known for the
    first time in a call. served: the call came for the first time to an end or to what it had asked for. missed is the
    screen on which an input meant nothing, sought words by which nothing was found, asked each question with its
    outcome and the seconds it took. All but channel, start and screens are there only where the walk is rare.
    """

    __slots__ = (
        "_began",
        "_call",
        "_spoke",
        "asked",
        "begins",
        "channel",
        "has_details",
        "language",
        "missed",
        "network",
        "screens",
        "served",
        "sought",
        "start",
    )  # fmt: skip

    def __init__(self, channel: str, before: Session | None) -> None:
        self.channel = channel
        self.screens: list[str] = []
        self.has_details, self.asked = False, _NOTHING
        if before:
            self.start, self._call, self._spoke, self._began = (
                before.screen,
                before.gateway_session_id,
                before.language,
                before.awaiting_first_language,
            )
        else:
            self.start = self._call = self._spoke = ""
            self._began = False

    def add_screen(self, screen: str) -> None:
        self.screens.append(screen)

    def record_unrecognized(self, screen: str) -> None:
        """An input meant nothing on this screen."""
        self._rarely()
        self.missed = screen

    def record_failed_search(self, words: str) -> None:
        """Nothing was found by these words."""
        self._rarely()
        self.sought = words

    def mark_completed(self) -> None:
        """The session came to a screen where a call is served."""
        self._rarely()
        self.served = True

    def ask(self, question: Question, outcome: Outcome, words: str, seconds: float) -> None:
        """A source was asked; words are the answers that it needed."""
        self._rarely()
        self.asked += ((question.name, outcome.trigger, seconds),)
        own = question.guarded or question.guess_range_field
        if question.rows and question.needs and outcome.trigger == "unknown" and not own:
            self.sought = words

    def end(self, inbound: Inbound, session: Session, fresh: bool) -> None:
        """The hop is over; fresh: its session was not there before."""
        self.screens.append(session.screen)
        if fresh or session.gateway_session_id != self._call:
            self._rarely()
            self.begins, self.network, session.served = True, network(inbound), False
            self.start = "" if fresh else self.start
            self.language = _spoken(session)
        elif session.language != self._spoke or session.awaiting_first_language != self._began:
            self._rarely()
            self.language = _spoken(session)
        if self.has_details and self.served:
            self.served, session.served = not session.served, True

    def _rarely(self) -> None:
        """There is more to count than the way: what most hops do without costs them nothing."""
        if not self.has_details:
            self.has_details, self.begins, self.served = True, False, False
            self.missed = self.sought = self.network = self.language = ""


def _spoken(session: Session) -> str:
    """The language of a session, "" as long as the citizen is asked for it."""
    return session.language or ("" if session.awaiting_first_language else SOURCE)


class UsageRecorder(Protocol):
    """Counts. tests/test_figures.py is the full contract. at is in Unix seconds; nothing here waits or raises."""

    def record_hop(self, walk: HopTrace, at: float) -> None:
        """A hop was answered."""

    def record_failed_search(self, words: str, citizen: str, at: float) -> None:
        """Nothing was found by these words; citizen is a name that tells no phone number."""

    def refused(self, question: str, limit: str, at: float) -> None:
        """Somebody who guesses was not answered; limit is the one that was reached (state/rate_limit.py)."""

    def sent(self, gateway: str, parts: int, at: float) -> None:
        """A message was sent; parts is what it is paid by, 0 where that is nothing."""


class NullRecorder:
    """Counts nothing."""

    def record_hop(self, walk: HopTrace, at: float) -> None:
        """Nothing."""

    def record_failed_search(self, words: str, citizen: str, at: float) -> None:
        """Nothing."""

    def refused(self, question: str, limit: str, at: float) -> None:
        """Nothing."""

    def sent(self, gateway: str, parts: int, at: float) -> None:
        """Nothing."""


UNCOUNTED: Final = NullRecorder()
