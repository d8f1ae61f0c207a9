"""Effects: what a dialogue waits for, as data.

A dialogue is a generator: it yields an effect, and gets the result, or the error raised, when the effect was performed
(state/conversation/effect_runner.py). So it contains no await, and a test can answer it without an event loop.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import field
from typing import Any, TypeVar

from state.conversation.deferred_answers import DeferredRequest
from state.interfaces import Question, Recipient
from state.rate_limit import Reserved
from state.value_object import value_object


@value_object
class AskSource:
    """Ask a source. The result is an Outcome."""

    question: str
    answers: Mapping[str, str] = field(repr=False)


@value_object
class ReserveTry:
    """Count a try at a personal question. The result is a Reserved. Raises TooManyGuesses and StoreUnavailable."""

    question: Question
    answers: Mapping[str, str] = field(repr=False)
    citizen: str


@value_object
class ReleaseTry:
    """Remove a try that was not wrong. No result."""

    reserved: Reserved


@value_object
class CountUnknown:
    """Count a number that a public source does not know. No result. Raises TooManyGuesses."""

    question: Question
    answers: Mapping[str, str] = field(repr=False)
    citizen: str


@value_object
class ReadPreference:
    """Read a citizen's preference in SQL. The result is a Preference. Raises SourceUnavailable."""

    citizen: str


@value_object
class MayAskOpinion:
    """Count that a citizen is asked for an opinion. The result is False if the citizen was within a month."""

    citizen: str


@value_object
class SendMessage:
    """Send a text besides the screen. The result is a RequestResult. Raises SourceUnavailable and Unstorable."""

    key: str
    to: Recipient
    text: str = field(repr=False)
    basis: int


@value_object
class DeferLookup:
    """Store a look-up to run later. The result is a RequestResult. Raises SourceUnavailable and Unstorable."""

    request: DeferredRequest


@value_object
class OptOut:
    """Store that this citizen wants no message. No result. Raises SourceUnavailable."""

    citizen: Recipient


@value_object
class OptIn:
    """Store that this citizen wants messages again. Returns False if none were refused. Raises SourceUnavailable."""

    citizen: Recipient


Effect = (
    AskSource | ReserveTry | ReleaseTry | CountUnknown
    | ReadPreference | MayAskOpinion | SendMessage | DeferLookup | OptOut | OptIn
)  # fmt: skip
T = TypeVar("T")
# The type sent in is Any: each effect says what its result is.
Dialogue = Generator[Effect, Any, T]
