"""What Zin stores of one citizen between two hops, and its format in the store.

A session has the last answer as it was sent, so that a repeated hop gets the same bytes, and what the next hop needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import attrgetter
from typing import Final

import orjson

from state.interfaces import Card, Reply

SAMPLE: Final = "sample"  # the fact that names the screen which first shows made-up facts


@dataclass(slots=True)
class Session:
    """One citizen's conversation on one channel.

    gateway_session_id is empty on channels of messages, where a session belongs to the citizen. last_input is the text
    of the last hop (all inputs so far, if joined), or the pseudonym of the last message. answers go to sources; shown
    has the citizen's view of them, by the same names. rows are the options of a list: id and label. at is in Unix
    seconds.
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
    resume_prompted: bool = False  # the screen asks whether to resume a cut call
    text: str = ""
    closed: bool = False
    language: str = ""  # the citizen's choice, "" for none yet
    return_screen: str = ""  # the screen to return to from the language screen
    awaiting_first_language: bool = False  # on the language screen, without a choice so far
    show_language_hint: bool = False  # the screen says how to change the language
    suggested: list[tuple[str, str]] = field(default_factory=list)  # suggestions: target and name
    last_not_understood: bool = False  # the last message was not understood
    mark: str = ""  # mark of the last answer, which its buttons send back
    card: tuple[str, list[tuple[str, str]]] | None = None  # the last answer in chat: its text and its buttons
    served: bool = False  # this call reached a goal of the menu
    basis: int = 0  # of the facts (state/interfaces.py, Outcome)
    looked_up: str = ""  # the look-up whose facts can be withdrawn

    def reply(self) -> Reply:
        """Return the last answer."""
        card = Card(self.card[0], tuple((sends, label) for sends, label in self.card[1])) if self.card else None
        return Reply(self.text, self.closed, self.screen, self.page + 1, self.pages, card, self.basis)

    def facts_digest(self) -> str:
        """Return a digest of screen and facts, equal while the source gives the same facts."""
        content = orjson.dumps([self.screen, sorted(self.facts.items())])
        return blake2b(content, digest_size=12).hexdigest()

    def clear_journey(self) -> None:
        """Delete the answers and facts of the current journey."""
        self.answers, self.shown, self.facts, self.rows, self.basis, self.looked_up = {}, {}, {}, [], 0, ""


# Prefix of a record. To add, remove, move or retype a field, change the prefix and add the fields of the former format
# to OLDER; tests/state/test_session.py checks this. A record with an unknown prefix is not read.
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
OLDER: Final[Mapping[bytes, tuple[str, ...]]] = {b"": _SECOND, b"2:": _SECOND}  # fields of older formats, in order
_NAMES: Final = tuple(Session.__slots__)
_WIDTH: Final = len(_NAMES)
_START: Final = len(FORMAT)
_values = attrgetter(*_NAMES)


def serialize(session: Session) -> bytes:
    """Return the session as stored: its values in the order of the class, which halves the cost of reading."""
    return FORMAT + orjson.dumps(_values(session))


def deserialize(stored: bytes) -> Session | None:
    """Return the session in a stored record; None for no record and for an unknown format."""
    if not stored.startswith(FORMAT):
        return _thaw_older(stored)
    try:
        values = orjson.loads(stored[_START:])
        return Session(*values) if len(values) == _WIDTH else None
    except (TypeError, ValueError):
        return None


def _thaw_older(stored: bytes) -> Session | None:
    """Return the session in a record of an older version, which may run at the same time while servers are replaced."""
    start = stored.find(b"[")  # no prefix contains one
    names = OLDER.get(stored[:start]) if start >= 0 else None
    try:
        values = orjson.loads(stored[start:]) if names else ()
        return Session(**dict(zip(names, values, strict=True))) if names else None
    except (TypeError, ValueError):
        return None
