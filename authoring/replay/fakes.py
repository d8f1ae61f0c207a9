"""Fakes for a replay: outgoing messages, a clock, preferences in memory, and sources that fail on command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from state.conversation.deferred_answers import DeferredRequest, RequestResult
from state.deadline import DeadlineExceeded
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Recipient, Source
from state.preferences import Preference


class FakeOutgoingMessages:
    """Stores outgoing messages; `result` is its answer to every request, `down` makes it unavailable."""

    def __init__(self) -> None:
        self.result: RequestResult = "kept"
        self.down = False
        self.sent: dict[str, tuple[Recipient, str]] = {}
        self.promised: dict[str, DeferredRequest] = {}
        self.stopped: list[Recipient] = []

    async def send(self, key: str, to: Recipient, words: str, basis: int = 0) -> RequestResult:
        """Store a message. Raises SourceUnavailable if down."""
        self._answer()
        if self.result == "kept":
            self.sent.setdefault(key, (to, words))
        return self.result

    async def promise(self, promise: DeferredRequest) -> RequestResult:
        """Store a deferred answer. Raises SourceUnavailable if down."""
        self._answer()
        if self.result == "kept":
            self.promised.setdefault(promise.key, promise)
        return self.result

    async def stop(self, who: Recipient) -> None:
        """Store an opt-out. Raises SourceUnavailable if down."""
        self._answer()
        self.stopped.append(who)

    async def resume(self, who: Recipient) -> bool:
        """End an opt-out; returns False if there was none. Raises SourceUnavailable if down."""
        self._answer()
        was_stopped = who in self.stopped
        self.stopped = [one for one in self.stopped if one != who]
        return was_stopped

    def _answer(self) -> None:
        if self.down:
            raise SourceUnavailable("set to fail")


START_UNIX_SECONDS: Final = 1_790_000_000.0  # 2026-09-21: the sample data's results are published


class FakeClock:
    """A clock in Unix seconds that starts on a fixed day and moves only when it is set."""

    def __init__(self) -> None:
        self.now = START_UNIX_SECONDS

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class FakePreferences:
    """Preferences in memory; `default` is what every citizen chose before, `down` makes them unavailable."""

    def __init__(self, usual: str = "") -> None:
        self.default = Preference(usual)
        self.stored: dict[str, Preference] = {}
        self.down = False

    async def of(self, citizen: str) -> Preference:
        """Return the preference of a citizen. Raises SourceUnavailable if down."""
        if self.down:
            raise SourceUnavailable("set to fail")
        return self.stored.get(citizen, self.default)

    def keep(self, citizen: str, preference: Preference) -> None:
        """Store the preference of a citizen, unless down."""
        if not self.down:
            self.stored[citizen] = preference

    async def close(self) -> None:
        """Do nothing: all are stored."""


NO_FAULT: Final = "rétablie"
FAULTS: Final = ("en panne", "lente", "absurde", "vide", NO_FAULT)


class FaultInjectingSource:
    """A source that fails on command in front of a working one; fault is one of FAULTS.

    A slow source raises DeadlineExceeded at once, so that no time passes.
    """

    def __init__(self, source: Source) -> None:
        self._source, self.questions = source, source.questions
        self.fault = NO_FAULT

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Answer the question, or fail as `fault` says. Raises SourceUnavailable or DeadlineExceeded."""
        match self.fault:
            case "en panne":
                raise SourceUnavailable("set to fail")
            case "lente":
                raise DeadlineExceeded("set to be slow")
            case "vide":
                return Outcome("unknown")
            case "absurde":
                return Outcome("peut-être", {"verdict": "oui et non"})
        return await self._source.ask(question, answers)

    async def close(self) -> None:
        """Close the working source."""
        await self._source.close()
