"""What is told to whoever counts: the way that one hop took through the menus, and nothing of whoever took it.

A conversation that is not given a Tally counts nothing: trials on the desk and in the terminal are none of the figures.
"""

from __future__ import annotations

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

    # what most hops leave as it is costs them nothing
    begins = served = False
    missed = sought = network = language = start = ""
    asked: tuple[Asked, ...] = ()

    def __init__(self, channel: str, before: Session | None) -> None:
        self.channel = channel
        self.screens: list[str] = []
        if before:
            self.start, self._before = before.screen, (before.call, before.language, before.began)
        else:
            self._before = ("", "", False)

    def ask(self, question: Question, outcome: Outcome, words: str, seconds: float) -> None:
        """A source was asked; words are the answers that it needed."""
        self.asked += ((question.name, outcome.trigger, seconds),)
        own = question.guarded or question.series or question.most_asked
        if question.rows and question.needs and outcome.trigger == "unknown" and not own:
            self.sought = words

    def end(self, inbound: Inbound, session: Session, *, fresh: bool, goals: frozenset[str]) -> None:
        """The hop is over; goals are the screens where a call is served."""
        self.screens.append(session.screen)
        if fresh:
            self.start = ""
        if fresh or session.call != self._before[0]:
            self.begins, self.network, session.served = True, network(inbound), False
        if self.begins or (session.language, session.began) != self._before[1:]:
            # as long as the citizen is asked for it, a language is none
            self.language = session.language or ("" if session.began else SOURCE)
        if not session.served and not goals.isdisjoint(self.screens):
            session.served = self.served = True


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
