"""Types and ports between the layers: an Inbound comes in, a Reply goes out, a Question has an Outcome."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from state.value_object import value_object

ChannelKind = Literal["ussd", "sms", "chat"]

# Limits that a channel applies to a gateway's values, in characters; the code behind it relies on them.
MAX_TEXT: Final = 500  # one message or input: three SMS have 459
MAX_JOINED: Final = 8192  # all inputs of a call
MAX_MESSAGE: Final = 512  # the gateway's id of a message
MAX_MARK: Final = 16
MAX_NETWORK: Final = 16
LOOK_SECONDS: Final = 600.0  # between two look-ups for a change


@dataclass(frozen=True, slots=True, eq=False)
class ScreenSize:
    """Size of one screen without the gateway's own text: in GSM 7-bit septets, and in UTF-16 code units.

    rows is the largest number of options, 0 for no limit.
    """

    kind: ChannelKind
    septets: int
    units: int
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address for messages in this gateway's form. heard_at: Unix seconds of the last message there, or 0."""

    gateway: str
    address: str = field(repr=False)
    heard_at: float = 0.0


@value_object
class Inbound:
    """One input or message of a citizen.

    citizen is E.164 if the channel has phone numbers, else opaque. text is this hop's input, "" when the session
    starts. If inputs_are_cumulative, text is every input of the session so far, joined by "*" without escapes. It has
    at most MAX_TEXT characters, or MAX_JOINED if joined. code is the dialled service code, network the mobile
    operator's code, both as the gateway wrote them. begins: the gateway says that a call begins with this hop.
    On channels with messages, message is the gateway's id of this one. session is then empty, or the id of the callback
    that the gateway expects after a pressed button; button_mark is the mark of the answer that had the button. reply_to
    is the address for messages to this citizen. echo are values that the gateway wants back in the response.
    """

    channel: str
    citizen: str = field(repr=False)
    session: str
    text: str = field(repr=False)
    inputs_are_cumulative: bool
    code: str = ""
    network: str = ""
    message: str = ""
    button_mark: str = ""
    reply_to: Recipient | None = None
    begins: bool = False
    echo: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """A gateway's notice that a session is over. status: finished, left (hung up, timed out) or failed."""

    channel: str
    session: str
    status: Literal["finished", "left", "failed"]
    hops: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Card:
    """A screen for a gateway with buttons: its text, and each button's input (at most 16 bytes) and label."""

    say: str = field(repr=False)
    buttons: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@value_object
class Reply:
    """What the citizen's phone shows now, already folded and cut to the channel's screen size.

    screen is the name in the menu; page counts from 1 to pages; both are for tools. text has the options; card, in
    chats only, has them as buttons. basis is that of the session's facts (Outcome).
    """

    text: str = field(repr=False)
    ends_session: bool
    screen: str = ""
    page: int = 1
    pages: int = 1
    card: Card | None = None
    basis: int = 0


FactKind = Literal["text", "date", "money", "number", "words", "list"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One fact of a source, always passed as text: a date as YYYY-MM-DD, money as whole francs.

    Facts of kind "words" are an operator's French and are translated, those of kind "list" part by part between ", ";
    sense separates equal texts with different meanings. longest is the longest plausible value, with which zin check
    lays out pages; among has all values, if they are known. An optional fact is "" when it is not known.
    """

    longest: str
    kind: FactKind = "text"
    sense: str = ""
    among: tuple[str, ...] = ()
    optional: bool = False

    @classmethod
    def words(cls, among: Iterable[str], sense: str = "") -> FieldSpec:
        """Return the specification of a fact that has one of these values; "" among them makes it optional."""
        every = dict.fromkeys(among)
        optional = "" in every and every.pop("") is None
        return cls(max(every, key=len, default=""), "words", sense, tuple(every), optional)


Form = Literal["text", "code", "day", "phone_tail", "proof"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a menu may ask a source, e.g. exams.result.

    needs names the required answers, each with the form for comparison (state/text/answer_forms.py). outcomes are those
    besides late and unavailable, which all may have; for spare_outcomes no screen is needed now. gives are the facts of
    "found"; with rows, those of each option, which also has an "id", and max_rows is their likely number. guarded: the
    answer is personal and needs a proof. reference names the need that identifies the owner; wrong proofs are limited
    for each of its values, by all citizens together. guess_range_field names the need with consecutive numbers, of
    which few unknown ones may be asked (state/rate_limit.py). topic names the answer that identifies the subject of
    news; without it, news are looked for every look_seconds. cases are all answers « found », if known.
    """

    name: str
    needs: Mapping[str, Form] = field(default_factory=dict)
    gives: Mapping[str, FieldSpec] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ("found", "unknown")
    rows: bool = False
    max_rows: int = 9
    guarded: bool = False
    reference: str = ""
    guess_range_field: str = ""
    topic: str = ""
    look_seconds: float = LOOK_SECONDS
    cases: tuple[Mapping[str, str], ...] = ()
    spare_outcomes: tuple[str, ...] = ()

    @property
    def is_search(self) -> bool:
        """True if its rows are found by what a citizen typed, each with a score."""
        return self.rows and "score" in self.gives


@value_object
class Outcome:
    """A source's answer: the trigger to fire, and its facts or rows.

    basis is the number of the publication that the facts depend on, 0 for none. sample: the row is made up, and marked
    wherever it is shown. retriable: our own tables will answer soon. subject: « service cip », an id of our own data.
    """

    trigger: str
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)
    rows: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    basis: int = 0
    sample: bool = False
    retriable: bool = field(default=False, compare=False)
    subject: str = field(default="", compare=False)


class Source(Protocol):
    """Answers the questions about one subject.

    tests/contracts/test_sources.py is the full contract. questions are keyed by their full name, subject.question.
    """

    @property
    def questions(self) -> Mapping[str, Question]:
        """The questions that this source answers, by full name."""

    def ask(self, question: str, answers: Mapping[str, str]) -> Coroutine[Any, Any, Outcome]:
        """Answer one question. Raises SourceUnavailable if there are no facts to be had."""

    async def close(self) -> None:
        """Close the connections of the source."""
