"""What travels between the floors: an Inbound comes in, a Reply goes out, a Question has its Outcome."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

ChannelKind = Literal["ussd", "sms", "chat"]

# What a channel lets in of what a gateway brings, in characters; nothing behind it works on more.
MAX_TEXT: Final = 500  # of one message or input: three SMS have 459
MAX_JOINED: Final = 8192  # of all inputs of a call
MAX_MESSAGE: Final = 512  # of the gateway's name for a message
MAX_MARK: Final = 16
MAX_NETWORK: Final = 16


@dataclass(frozen=True, slots=True, eq=False)
class ScreenSize:
    """The room of one screen, once the gateway took its own: GSM 7-bit septets, or else UTF-16 code units.

    rows is how many options it can have, 0 for as many as there is room.
    """

    kind: ChannelKind
    septets: int
    units: int
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a citizen is written to: an address as this gateway wants it.

    heard_at is when the citizen last wrote there, in Unix seconds, 0 when that is not known.
    """

    gateway: str
    address: str = field(repr=False)
    heard_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing a citizen sent.

    citizen is E.164 where the channel has phone numbers, opaque elsewhere. text is this hop's input, "" when the
    session opens; on a joined gateway it is every input of the session so far, joined by "*", nothing escaped. It has
    MAX_TEXT characters at most, joined MAX_JOINED.
    code is the service code that was dialled, network the mobile operator's code, both as the gateway wrote them.

    On channels that have messages and no calls, message is the gateway's name for this one, and session is empty, or
    what the gateway wants to be told when a button was pressed; pressed is then the mark of the answer that had the
    button. to says where Zin can write to this citizen.
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


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """A gateway's word that a session is over. status: finished, left (hung up, timed out) or failed."""

    channel: str
    session: str
    status: Literal["finished", "left", "failed"]
    hops: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Card:
    """A screen for a gateway that has buttons: what it says, and each button's input (at most 16 bytes) and label."""

    say: str = field(repr=False)
    buttons: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the citizen's phone shows now, already folded and cut to the channel's room.

    screen is its name in the menu, page counts from 1 to pages: for who looks over the citizen's shoulder. text holds
    the options too, numbered; card, in chat only, holds them apart. basis is that of the facts at hand (Outcome).
    """

    text: str = field(repr=False)
    ends_session: bool
    screen: str = ""
    page: int = 1
    pages: int = 1
    card: Card | None = None
    basis: int = 0


FactKind = Literal["text", "date", "money", "number", "words"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One thing that a source tells, always travelling as text: a date as YYYY-MM-DD, money as whole francs.

    Words are an operator's French, translated when they are shown; sense tells those that are spelled alike apart.
    longest is the longest plausible value, in that same form, among all that words can be; zin check lays out pages
    with it, or with the longest translation.
    """

    longest: str
    kind: FactKind = "text"
    sense: str = ""
    among: tuple[str, ...] = ()

    @classmethod
    def words(cls, among: Iterable[str], sense: str = "") -> FieldSpec:
        """The fact that is always one of these."""
        every = tuple(dict.fromkeys(among))
        return cls(max(every, key=len, default=""), "words", sense, every)


Form = Literal["text", "code", "day", "phone_tail", "proof"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a menu may ask a source, e.g. exams.result.

    needs names the answers that must have been kept before, each with the form in which it is compared
    (state/text/answer_forms.py). outcomes are those besides late and unavailable, which every question may have. With
    rows the answer is a list for the citizen to choose from, whose rows each hold an "id" beside the facts of gives,
    most as many as are likely at most; without, gives are the facts that come with "found".

    guarded: the answer is somebody's own, and needs a proof; reference names the need that says whose, so that wrong
    proofs are limited on each, whoever gives them. series names the need whose numbers stand in a row, of which too
    many unknown ones are guesses (state/rate_limit.py). topic names the answer that tells what its news are about:
    changes are then not looked for again and again, but when there is news.
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a source answered: the trigger it means, and the facts or rows that come with it.

    basis is the source's number for what can be taken back and what the facts then no longer hold without; 0 for none.
    sample: the row that answered is made up, which is said wherever it is told.
    """

    trigger: str
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)
    rows: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    basis: int = 0
    sample: bool = False


class Source(Protocol):
    """Where the facts of one subject come from.

    tests/contracts/test_sources.py is the full contract. questions are keyed by their full name, subject.question.
    """

    @property
    def questions(self) -> Mapping[str, Question]: ...

    def ask(self, question: str, answers: Mapping[str, str]) -> Coroutine[Any, Any, Outcome]:
        """Answer one question. Raises SourceUnavailable when the facts cannot be had."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Preference:
    """The language that a citizen chose, "" before the first choice.

    call is the gateway's session id when that very call began with the choice, made or still to be made, else "".
    """

    language: str = ""
    call: str = ""


class Preferences(Protocol):
    """What citizens chose, kept longer than any session. tests/contracts/test_preferences.py is the full contract.

    citizen is a name that tells no phone number. Both raise SourceUnavailable.
    """

    async def of(self, citizen: str) -> Preference: ...

    async def keep(self, citizen: str, preference: Preference) -> None:
        """Remember this in place of what was remembered, for a year from now."""
