"""What is told to whoever counts: the way that one hop took through the menus, and nothing of whoever took it.

A conversation that is not given a Tally counts nothing: trials on the desk and in the terminal are none of the figures.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol

from state.languages import SOURCE
from state.messages import Inbound, Outcome, Question
from state.networks import network
from state.session import Session

Asked = tuple[str, str, float]


class Walk:
    """One hop, from the screen on which the session stood to the one that is shown.

    begins: a call, or a day's talk, began; network is known then. start is the screen stood on before, "" for a new
    session; screens those that the hop came by, in order, with repetitions. language is set where it is known for the
    first time in a call. served: the call came for the first time to an end or to what it had asked for. missed is the
    screen on which an input meant nothing, sought words by which nothing was found, asked each question with its
    outcome and the seconds it took.
    """

    __slots__ = (
        "_call", "_spoken", "asked", "begins", "channel", "language", "missed", "network", "screens", "served",
        "sought", "start",
    )  # fmt: skip

    def __init__(self, channel: str, before: Session | None) -> None:
        self.channel = channel
        self.screens: list[str] = []
        self.asked: tuple[Asked, ...] = ()
        self.missed = self.sought = self.network = self.language = self.start = self._call = self._spoken = ""
        self.begins = self.served = False
        if before:
            self.start, self._call, self._spoken = before.screen, before.call, _spoken(before)

    def ask(self, question: Question, outcome: Outcome, words: str, seconds: float) -> None:
        """A source was asked; words are the answers that it needed."""
        self.asked += ((question.name, outcome.trigger, seconds),)
        own = question.guarded or question.series or question.most_asked
        if question.rows and question.needs and outcome.trigger == "unknown" and not own:
            self.sought = words

    def end(self, inbound: Inbound, session: Session, *, fresh: bool, goals: Collection[str]) -> None:
        """The hop is over; goals are the screens where a call is served."""
        self.screens.append(session.screen)
        self.begins = fresh or session.call != self._call
        if fresh:
            self.start = ""
        if self.begins:
            self.network, session.served = network(inbound), False
        spoken = _spoken(session)
        if self.begins or spoken != self._spoken:
            self.language = spoken
        if not session.served and any(screen in goals for screen in self.screens):
            session.served = self.served = True


def _spoken(session: Session) -> str:
    """The language of a session, "" as long as the citizen is asked for it."""
    return session.language or ("" if session.began else SOURCE)


class Tally(Protocol):
    """Counts. tests/test_figures.py is the full contract. at is in Unix seconds; nothing here waits or raises."""

    def walked(self, walk: Walk, at: float) -> None:
        """A hop was answered."""

    def sought(self, words: str, citizen: str, at: float) -> None:
        """Nothing was found by these words; citizen is a name that tells no phone number."""

    def sent(self, gateway: str, parts: int, at: float) -> None:
        """A message was sent; parts is what it is paid by, 0 where that is nothing."""


class Uncounted:
    """Counts nothing."""

    def walked(self, walk: Walk, at: float) -> None:
        """Nothing."""

    def sought(self, words: str, citizen: str, at: float) -> None:
        """Nothing."""

    def sent(self, gateway: str, parts: int, at: float) -> None:
        """Nothing."""


UNCOUNTED: Final = Uncounted()
