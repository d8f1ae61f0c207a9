"""What happened in a rehearsal, look-up by look-up and hop by hop, in numbers only; figures.py makes something of it.

Times are seconds from the start. A hop's time runs from when it was due: what waits for a free connection waits in it.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

from loadtest.plan import ChannelName
from loadtest.scenarios import CHANNELS

Worth = Literal["right", "wrong", "shed", "error", "taken", "missing"]
WORTHS: Final[tuple[Worth, ...]] = ("right", "wrong", "shed", "error", "taken", "missing")
MAX_SEATS: Final = 10  # of wrong answers, kept to be looked at


def _times() -> array[float]:
    return array("d")


@dataclass(slots=True)
class ChannelRecord:
    """One channel: hops by when they were due and how long they took, look-ups by when they were asked and ended.

    messages are the times from a question to its answer by SMS or WhatsApp.
    """

    due: array[float] = field(default_factory=_times)
    took: array[float] = field(default_factory=_times)
    asked: array[float] = field(default_factory=_times)
    ended: array[float] = field(default_factory=_times)
    messages: array[float] = field(default_factory=_times)
    worths: Counter[Worth] = field(default_factory=Counter)


@dataclass(slots=True)
class Recorder:
    """All channels; began is the loop's time of the start, behind how late the rehearsal itself was at worst."""

    began: float = 0.0
    channels: dict[ChannelName, ChannelRecord] = field(
        default_factory=lambda: {name: ChannelRecord() for name in CHANNELS}
    )
    errors: Counter[str] = field(default_factory=Counter)
    wrong_seats: list[str] = field(default_factory=list)
    behind: float = 0.0

    def record_hop(self, channel: ChannelName, due: float, now: float) -> None:
        heard = self.channels[channel]
        heard.due.append(due - self.began)
        heard.took.append(now - due)

    def record_asked(self, channel: ChannelName, due: float) -> None:
        self.channels[channel].asked.append(due - self.began)

    def record_end(self, channel: ChannelName, worth: Worth, seat: str, now: float) -> None:
        heard = self.channels[channel]
        heard.worths[worth] += 1
        heard.ended.append(now - self.began)
        if worth == "wrong" and len(self.wrong_seats) < MAX_SEATS:
            self.wrong_seats.append(seat)

    def count(self, worth: Worth) -> int:
        return sum(heard.worths[worth] for heard in self.channels.values())

    def count_open(self) -> int:
        """Look-ups that have not ended."""
        return sum(len(heard.asked) - len(heard.ended) for heard in self.channels.values())
