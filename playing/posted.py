"""What was asked to be sent, kept in memory: a stand-in for the post, and the least that keeps the contract."""

from __future__ import annotations

from state.conversation.deferred_answers import Kept, Promise
from state.errors import SourceUnavailable
from state.interfaces import Recipient


class Posted:
    """A post that sends nothing; says is its answer to whatever is asked, `down` makes it unavailable."""

    def __init__(self) -> None:
        self.says: Kept = "kept"
        self.down = False
        self.sent: dict[str, tuple[Recipient, str]] = {}
        self.promised: dict[str, Promise] = {}
        self.stopped: list[Recipient] = []

    async def send(self, key: str, to: Recipient, words: str, basis: int = 0) -> Kept:
        self._answer()
        if self.says == "kept":
            self.sent.setdefault(key, (to, words))
        return self.says

    async def promise(self, promise: Promise) -> Kept:
        self._answer()
        if self.says == "kept":
            self.promised.setdefault(promise.key, promise)
        return self.says

    async def stop(self, who: Recipient) -> None:
        self._answer()
        self.stopped.append(who)

    def _answer(self) -> None:
        if self.down:
            raise SourceUnavailable("told to fail")
