"""What a citizen is told besides the answer on the screen: words that go as a message, now or when they can be had.

A hop asks for it before its session is saved, under a key made from what the citizen did, so that a hop that is done
again, because another was quicker or a process died, asks for the same message and not for a second one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from state.interfaces import Recipient

RequestResult = Literal["kept", "stopped", "enough", "full"]


@dataclass(frozen=True, slots=True)
class DeferredRequest:
    """A look-up that will be asked for a citizen, and whose answer goes as a message.

    kind: answer, as soon as it can be had; changes, each time that it differs from what was seen. language is the
    citizen's, screen the look-up's name in the menu; answers and shown as a session has them. seen is the digest of
    what the citizen was last told, of changes only. asker is the citizen's name, under which guesses are counted.
    topic is what the news are about, where somebody tells when there are any. consent is what was chosen, as it was
    read.
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
    consent: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DeferredAnswer:
    """What became of a promise's look-up: the words to send, and the digest of what they tell.

    had: whether the source could say; without it the words are those of who could not be answered. basis is that of the
    outcome that they tell (state/interfaces.py).
    """

    words: str = field(repr=False)
    seen: str
    had: bool
    basis: int = 0


class OutgoingMessages(Protocol):
    """What leaves besides the answer on the screen. tests/test_post.py is the full contract.

    stopped: this citizen wants no messages; enough: as many went within the hour as one may cause; full: as much news
    is promised as one may wait for. All raise SourceUnavailable when it cannot be kept.
    """

    async def send(self, key: str, to: Recipient, words: str, basis: int = 0) -> RequestResult:
        """Send these words, unless what they stand on was taken back: raises Outdated then."""

    async def promise(self, promise: DeferredRequest) -> RequestResult: ...

    async def stop(self, who: Recipient) -> None:
        """This citizen wants no message any more that is not the answer to one."""
