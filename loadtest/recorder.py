"""Records a load test look-up by look-up and hop by hop, in numbers only; metrics.py evaluates them.

Times are seconds from the start. The time of a hop begins when it is due, so it includes the wait for a connection.
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
MAX_SEATS: Final = 10  # of wrong answers, for the report


def _times() -> array[float]:
    return array("d")


@dataclass(slots=True)
class ChannelRecord:
    """One channel: due times and durations of hops, and times at which look-ups were asked and ended.

    `messages` are the durations from a question to its answer by SMS or WhatsApp.
    """

    due: array[float] = field(default_factory=_times)
    took: array[float] = field(default_factory=_times)
    asked: array[float] = field(default_factory=_times)
    ended: array[float] = field(default_factory=_times)
    messages: array[float] = field(default_factory=_times)
    worths: Counter[Worth] = field(default_factory=Counter)


@dataclass(slots=True)
class Recorder:
    """The records of all channels; `began` is the loop's time of the start, `behind` the maximum delay of the load
    test.
    """

    began: float = 0.0
    channels: dict[ChannelName, ChannelRecord] = field(
        default_factory=lambda: {name: ChannelRecord() for name in CHANNELS}
    )
    errors: Counter[str] = field(default_factory=Counter)
    wrong_seats: list[str] = field(default_factory=list)
    behind: float = 0.0

    def record_hop(self, channel: ChannelName, due: float, now: float) -> None:
        """Record one answered hop."""
        record = self.channels[channel]
        record.due.append(due - self.began)
        record.took.append(now - due)

    def record_asked(self, channel: ChannelName, due: float) -> None:
        """Record the start of a look-up."""
        self.channels[channel].asked.append(due - self.began)

    def record_end(self, channel: ChannelName, worth: Worth, seat: str, now: float) -> None:
        """Record the end of a look-up, and the seat of a wrong answer."""
        record = self.channels[channel]
        record.worths[worth] += 1
        record.ended.append(now - self.began)
        if worth == "wrong" and len(self.wrong_seats) < MAX_SEATS:
            self.wrong_seats.append(seat)

    def count(self, worth: Worth) -> int:
        """Return how many look-ups ended so."""
        return sum(record.worths[worth] for record in self.channels.values())

    def count_open(self) -> int:
        """Return how many look-ups have not ended."""
        return sum(len(record.asked) - len(record.ended) for record in self.channels.values())
