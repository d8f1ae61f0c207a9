"""What was asked to be sent, kept in memory: a stand-in for the post, and the least that keeps the contract.

A clock that moves when told to.

What citizens chose, kept in memory: a stand-in for the registry, and the least that keeps the contract.

A source that can be told to fail, as a transcript tells it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from state.conversation.deferred_answers import DeferredRequest, RequestResult
from state.deadline import DeadlineExceeded
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Recipient, Source
from state.preferences import Preference


class FakeOutgoingMessages:
    """A post that sends nothing; says is its answer to whatever is asked, `down` makes it unavailable."""

    def __init__(self) -> None:
        self.result: RequestResult = "kept"
        self.down = False
        self.sent: dict[str, tuple[Recipient, str]] = {}
        self.promised: dict[str, DeferredRequest] = {}
        self.stopped: list[Recipient] = []

    async def send(self, key: str, to: Recipient, words: str, basis: int = 0) -> RequestResult:
        self._answer()
        if self.result == "kept":
            self.sent.setdefault(key, (to, words))
        return self.result

    async def promise(self, promise: DeferredRequest) -> RequestResult:
        self._answer()
        if self.result == "kept":
            self.promised.setdefault(promise.key, promise)
        return self.result

    async def stop(self, who: Recipient) -> None:
        self._answer()
        self.stopped.append(who)

    def _answer(self) -> None:
        if self.down:
            raise SourceUnavailable("told to fail")


START_UNIX_SECONDS: Final = 1_790_000_000.0  # 2026-09-21: the sample data's results are published


class FakeClock:
    """Unix seconds from a day that is always the same."""

    def __init__(self) -> None:
        self.now = START_UNIX_SECONDS

    def __call__(self) -> float:
        return self.now


class FakePreferences:
    """Preferences as long as this object; usual is what everybody chose long ago, `down` makes them unavailable."""

    def __init__(self, usual: str = "") -> None:
        self.default = Preference(usual)
        self.stored: dict[str, Preference] = {}
        self.down = False

    async def of(self, citizen: str) -> Preference:
        self._answer()
        return self.stored.get(citizen, self.default)

    async def keep(self, citizen: str, preference: Preference) -> None:
        self._answer()
        self.stored[citizen] = preference

    def _answer(self) -> None:
        if self.down:
            raise SourceUnavailable("told to fail")


NO_FAULT: Final = "rétablie"
FAULTS: Final = ("en panne", "lente", "absurde", "vide", NO_FAULT)


class FaultInjectingSource:
    """A Source that answers as it is told to, in front of one that is well; fault is one of FAULTS.

    A slow one takes no time: it ends at once as a call does that took longer than anybody waits.
    """

    def __init__(self, source: Source) -> None:
        self._source, self.questions = source, source.questions
        self.fault = NO_FAULT

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        match self.fault:
            case "en panne":
                raise SourceUnavailable("told to fail")
            case "lente":
                raise DeadlineExceeded("told to be slow")
            case "vide":
                return Outcome("unknown")
            case "absurde":
                return Outcome("peut-être", {"verdict": "oui et non"})
        return await self._source.ask(question, answers)

    async def close(self) -> None:
        await self._source.close()
