"""What is remembered of one citizen between two hops, and its form in the store.

A session holds the last answer as it was sent, so that a hop that comes twice is answered with the same bytes, and
nothing that is not needed for the next hop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import attrgetter
from typing import Final

import orjson

from state.interfaces import Card, Reply

SAMPLE: Final = "sample"  # among the facts: on which screen made-up ones were come to


@dataclass(slots=True)
class Session:
    """One citizen's conversation on one channel.

    call is the gateway's session id, empty on channels of messages, where a session belongs to the citizen; heard what
    had been sent by the last hop (all inputs so far on a joined gateway), or the name of the last message.
    answers are what sources get, shown what the citizen saw for the same names; rows are the options of a list,
    each its id and what is shown of it. at is Unix seconds.
    """

    screen: str
    menu: str
    gateway_session_id: str
    at: float
    last_input: str = ""
    hop: int = 0
    page: int = 0
    pages: int = 1
    answers: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, str]] = field(default_factory=list)
    resume_prompted: bool = False  # the citizen called back, and was asked whether to carry on
    text: str = ""
    closed: bool = False
    language: str = ""  # the one chosen, "" for none yet
    return_screen: str = ""  # the screen left to choose a language, to come back to
    awaiting_first_language: bool = False  # on the language screen, and nothing was chosen yet
    show_language_hint: bool = False  # whether this screen says how to change the language
    suggested: list[tuple[str, str]] = field(default_factory=list)  # what was offered for words that are no option
    last_not_understood: bool = False  # the last message meant nothing
    mark: str = ""  # of the last answer, which its buttons send back
    card: tuple[str, list[tuple[str, str]]] | None = None  # the last answer in chat: what it said, and its buttons
    served: bool = False  # this call came to an end, or to what it had asked for
    basis: int = 0  # what the facts stand on (state/interfaces.py, Outcome)
    looked_up: str = ""  # the screen that asked for facts which can be taken back

    def reply(self) -> Reply:
        """The last answer."""
        card = Card(self.card[0], tuple((sends, label) for sends, label in self.card[1])) if self.card else None
        return Reply(self.text, self.closed, self.screen, self.page + 1, self.pages, card, self.basis)

    def facts_digest(self) -> str:
        """A digest of what the screen shows: the same as long as its source says the same."""
        told = orjson.dumps([self.screen, sorted(self.facts.items())])
        return blake2b(told, digest_size=12).hexdigest()

    def clear_journey(self) -> None:
        """Nothing of the journey so far is needed any more."""
        self.answers, self.shown, self.facts, self.rows, self.basis, self.looked_up = {}, {}, {}, [], 0, ""


# What a record begins with. Whoever adds, removes, moves or retypes a field writes another format here, and the fields
# of the last one below: tests/state/test_session.py holds them to it. A record of a format that is not named is not
# read.
FORMAT: Final = b"3:"
_SECOND: Final = (
    *(
        "screen",
        "menu",
        "gateway_session_id",
        "at",
        "last_input",
        "hop",
        "page",
        "pages",
        "answers",
        "shown",
        "facts",
        "rows",
    ),
    *(
        "resume_prompted",
        "text",
        "closed",
        "language",
        "return_screen",
        "awaiting_first_language",
        "show_language_hint",
        "suggested",
        "last_not_understood",
        "mark",
        "card",
    ),
    "served",
)
OLDER: Final[Mapping[bytes, tuple[str, ...]]] = {b"": _SECOND, b"2:": _SECOND}  # each other format's fields in order
_NAMES: Final = tuple(Session.__slots__)
_WIDTH: Final = len(_NAMES)
_START: Final = len(FORMAT)
_values = attrgetter(*_NAMES)


def serialize(session: Session) -> bytes:
    """The session as the store keeps it: its values in the order of the class, which halves what reading it costs."""
    return FORMAT + orjson.dumps(_values(session))


def deserialize(stored: bytes) -> Session | None:
    """The session in a stored record; None when there is none, or it is of a format that is not known."""
    if not stored.startswith(FORMAT):
        return _thaw_older(stored)
    try:
        values = orjson.loads(stored[_START:])
        return Session(*values) if len(values) == _WIDTH else None
    except (TypeError, ValueError):
        return None


def _thaw_older(stored: bytes) -> Session | None:
    """The session in a record of another version, which stands beside this one while servers are replaced."""
    start = stored.find(b"[")  # no format's name has one
    names = OLDER.get(stored[:start]) if start >= 0 else None
    try:
        values = orjson.loads(stored[start:]) if names else ()
        return Session(**dict(zip(names, values, strict=True))) if names else None
    except (TypeError, ValueError):
        return None
