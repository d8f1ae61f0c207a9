"""What Zin stores of one citizen between two hops, and its format in the store.

A session has the last answer as it was sent, so that a repeated hop gets the same bytes, and what the next hop needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final

import orjson

from state.interfaces import Card, Reply

MAX_SESSION_SECONDS: Final = 24 * 3600.0  # a chat after its last message; a call is shorter. Old menus stay as long
SUBJECT: Final = "@subject"  # the fact that says what the facts are about (Outcome); no source can give this name
SAMPLE: Final = "sample"  # the fact that names the screen which first shows made-up facts


AWAITED: Final = "@since"  # no menu can give an answer such a name


@dataclass(slots=True)
class LanguageState:
    """The language of a session.

    chosen is the citizen's choice, "" for none yet. return_screen is the screen to return to from the language screen.
    """

    chosen: str = ""
    return_screen: str = ""
    awaiting_first: bool = False  # on the language screen, without a choice so far
    show_hint: bool = False  # the screen says how to change the language


@dataclass(slots=True)
class ChatState:
    """What only a conversation by messages needs.

    suggested are the suggestions last offered: target and name. mark is the mark of the last answer, which its buttons
    send back. card is the last answer: its text and its buttons.
    """

    suggested: list[tuple[str, str]] = field(default_factory=list)
    last_not_understood: bool = False
    mark: str = ""
    card: tuple[str, list[tuple[str, str]]] | None = None


@dataclass(slots=True)
class Session:
    """One citizen's conversation on one channel.

    gateway_session_id is empty on channels of messages, where a session belongs to the citizen. last_input is the text
    of the last hop (all inputs so far, if joined), or the pseudonym of the last message. answers go to sources; shown
    has the citizen's view of them, by the same names. rows are the options of a list: id and label. at is in Unix
    seconds. survey is the screen of a question that is shown in place of this one, and the journey and subject of the
    answer that it is about; empty if none is. answers also has the Unix seconds of the first hop, as AWAITED, until the
    first goal of the menu is reached.
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
    language: LanguageState = field(default_factory=LanguageState)
    chat: ChatState = field(default_factory=ChatState)
    served: bool = False  # this call reached a goal of the menu
    basis: int = 0  # of the facts (state/interfaces.py, Outcome)
    looked_up: str = ""  # the look-up whose facts can be withdrawn
    pending: str = ""  # words of a message that wait for a choice
    survey: tuple[str, ...] = ()

    def reply(self) -> Reply:
        """Return the last answer."""
        last = self.chat.card
        card = Card(last[0], tuple((sends, label) for sends, label in last[1])) if last else None
        screen = self.survey[0] if self.survey else self.screen
        return Reply(self.text, self.closed, screen, self.page + 1, self.pages, card, self.basis)

    def facts_digest(self) -> str:
        """Return a digest of screen and facts, equal while the source gives the same facts.

        It is stored with what a citizen is notified of, also by the version before, which has no subject.
        """
        content = orjson.dumps([self.screen, sorted(one for one in self.facts.items() if one[0] != SUBJECT)])
        return blake2b(content, digest_size=12).hexdigest()

    def given_answers(self) -> list[tuple[str, str]]:
        """Return the answers of the current journey, sorted by name."""
        return sorted(one for one in self.answers.items() if one[0] != AWAITED)

    def clear_journey(self) -> None:
        """Delete the answers and facts of the current journey."""
        since, self.survey = self.answers.get(AWAITED), ()
        self.answers, self.shown, self.facts, self.rows, self.basis, self.looked_up = {}, {}, {}, [], 0, ""
        if since:
            self.answers[AWAITED] = since


# Prefix of a record. To add fields at the end, take the next number, and add the former number of fields to OLDER. To
# remove, move or retype one, begin a prefix without a number, and empty OLDER. tests/state/test_session.py checks this.
# A record with another prefix is not read.
NUMBER: Final = 4
FORMAT: Final = b"%d:" % NUMBER
MAX_DIGITS: Final = 4  # of a format's number
OLDER: Final[Mapping[bytes, int]] = {
    b"": 24,
    b"2:": 24,
    b"3:": 26,
}  # without the basis of the facts; without pending words
_GROUPS: Final = {"language": LanguageState.__slots__, "chat": ChatState.__slots__}
# The version before reads no newer number. What it has no field for travels within the answers, which it gives back, so
# that it can go on with the session.
CARRIED: Final = ("survey",)
# A record has the values in this order, without the groups: half the cost of reading a record with names.
NAMES: Final = tuple(
    name
    for one in Session.__slots__
    if one not in CARRIED
    for name in ([f"{one}.{inner}" for inner in _GROUPS[one]] if one in _GROUPS else [one])
)
_START: Final = len(FORMAT)
_LANGUAGE, _CHAT, _REST = NAMES.index("language.chosen"), NAMES.index("chat.suggested"), NAMES.index("served")
_ANSWERS, _SURVEY = NAMES.index("answers"), "@survey"
_values = attrgetter(*NAMES)


def serialize(session: Session) -> bytes:
    """Return the session as stored."""
    values: tuple[Any, ...] = _values(session)
    if session.survey:
        answers = session.answers | {_SURVEY: "\n".join((str(session.hop), *session.survey))}
        values = (*values[:_ANSWERS], answers, *values[_ANSWERS + 1 :])
    return FORMAT + orjson.dumps(values)


def deserialize(stored: bytes) -> Session | None:
    """Return the session in a stored record; None for no record and for an unknown format.

    A record of another version is read too: both versions run at the same time while servers are replaced. Of a newer
    one, the fields that this version does not know are lost.
    """
    if stored.startswith(FORMAT):
        start, width, newer = _START, len(NAMES), False
    else:
        start = max(0, stored.find(b"["))  # no prefix contains one
        newer = _is_newer(stored[:start])
        width = len(NAMES) if newer else OLDER.get(stored[:start], 0)
    try:
        values = orjson.loads(stored[start:]) if width else None
        if newer and isinstance(values, list):
            values = values[:width]
        return _session(values) if isinstance(values, list) and len(values) == width else None
    except (AttributeError, TypeError, ValueError):
        return None


def _is_newer(prefix: bytes) -> bool:
    number = prefix.removesuffix(b":")
    return number.isdigit() and len(number) <= MAX_DIGITS and int(number) > NUMBER


def _session(values: list[Any]) -> Session:
    language, chat = LanguageState(*values[_LANGUAGE:_CHAT]), ChatState(*values[_CHAT:_REST])
    session = Session(*[*values[:_LANGUAGE], language, chat, *values[_REST:]])
    if _SURVEY in session.answers:
        hop, *survey = session.answers.pop(_SURVEY).split("\n")
        # The version before does not show the question: if it answered a hop since, the answer is not to it.
        session.survey = tuple(survey) if hop == str(session.hop) else ()
    return session
