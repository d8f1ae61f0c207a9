"""What is remembered of one citizen between two hops, and its form in the store.

A session holds the last answer as it was sent, so that a hop that comes twice is answered with the same bytes, and
nothing that is not needed for the next hop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter

import orjson

from state.messages import Reply


@dataclass(slots=True)
class Session:
    """One citizen's conversation on one channel.

    call is the gateway's session id; heard what it had sent by the last hop (all inputs so far on a joined gateway).
    answers are what sources get, shown what the citizen saw for the same names; rows are the options of a list,
    each its id and what is shown of it. at is Unix seconds.
    """

    screen: str
    menu: str
    call: str
    at: float
    heard: str = ""
    hop: int = 0
    page: int = 0
    pages: int = 1
    answers: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, str]] = field(default_factory=list)
    offered: bool = False  # the citizen called back, and was asked whether to carry on
    text: str = ""
    closed: bool = False
    language: str = ""  # the one chosen, "" for none yet
    left: str = ""  # the screen left to choose a language, to come back to
    began: bool = False  # on the language screen, and nothing was chosen yet
    aside: bool = False  # whether this screen says how to change the language

    def reply(self) -> Reply:
        """The last answer."""
        return Reply(self.text, self.closed, self.screen, self.page + 1, self.pages)

    def forget(self) -> None:
        """Nothing of the journey so far is needed any more."""
        self.answers, self.shown, self.facts, self.rows = {}, {}, {}, []


_values = attrgetter(*Session.__slots__)


def freeze(session: Session) -> bytes:
    """The session as the store keeps it: its values in the order of the class, which halves what reading it costs."""
    return orjson.dumps(_values(session))


def thaw(stored: bytes) -> Session | None:
    """The session in a stored record; None when there is none, or it was written by a version too different."""
    if not stored:
        return None
    try:
        return Session(*orjson.loads(stored))
    except (TypeError, ValueError):
        return None
