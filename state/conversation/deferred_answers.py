"""Messages that a citizen gets besides the answer on the screen: at once, or when the facts are available.

A hop requests them before its session is saved, under a key made from the input. A hop that runs again, after a lost
race or a killed process, requests the same message and not a second one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from state.interfaces import LOOK_SECONDS, Recipient

OF_CALL: Final = "call:"  # begins the key of a message that was asked for in a call
RequestResult = Literal["kept", "stopped", "enough", "full"]


@dataclass(frozen=True, slots=True)
class DeferredRequest:
    """A look-up to run later for a citizen, with its answer sent as a message.

    kind: "answer", sent as soon as the facts are available; "changes", sent each time that they differ from `seen`.
    language is the citizen's, screen the name of the look-up in the menu; answers and shown are as in a session. seen
    is the digest of the last facts sent, only for "changes". asker is the pseudonym that wrong answers count under.
    topic is the subject of the news, if a publisher announces them; subject is the question and the reference of
    the row, separated by a colon, for news of each change. Changes are looked for every look_seconds. consent is the
    label of the chosen option, as displayed.
    """

    key: str
    kind: Literal["answer", "changes"]
    to: Recipient
    language: str
    screen: str
    answers: Mapping[str, str] = field(repr=False)
    shown: Mapping[str, str] = field(repr=False)
    seen: str = ""
    asker: str = ""
    topic: str = ""
    look_seconds: float = LOOK_SECONDS
    consent: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DeferredAnswer:
    """The answer of a deferred look-up: the text to send, and the digest of its facts.

    had: True if the source answered; if False, the text says that no answer was available. basis is that of the
    outcome, look_seconds that of the question (state/interfaces.py).
    """

    words: str = field(repr=False)
    seen: str
    had: bool
    basis: int = 0
    look_seconds: float = LOOK_SECONDS


class OutgoingMessages(Protocol):
    """Sends and stores messages besides the answer on the screen.

    A message is sent once for its key; one of a call once for each call, since a gateway may give a call's id again.

    tests/channels/webhooks/test_outgoing_messages.py is the full contract.

    Results: "kept", stored; "stopped", the citizen opted out; "enough", the hourly limit of messages is reached;
    "full", the limit of open notifications is reached. All methods raise SourceUnavailable if nothing can be stored.
    """

    async def send(self, key: str, to: Recipient, words: str, basis: int = 0) -> RequestResult:
        """Send a text. Raises Outdated if the facts that it depends on were withdrawn."""

    async def promise(self, promise: DeferredRequest) -> RequestResult:
        """Store a deferred look-up."""

    async def stop(self, who: Recipient) -> None:
        """Store an opt-out: this citizen gets no message except answers to messages."""

    async def resume(self, who: Recipient) -> bool:
        """End an opt-out; returns False if there was none."""
