"""The counts of one process since its last flush. A hop costs a few additions; names are built at the flush."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from prometheus_client import Counter

from analytics.hour_counts import LONGEST_WAY, Hour, name_in_row
from analytics.people import MAX_VISITS, Visit
from reporting.time_zone import zone
from state.conversation.trace import HopTrace

HOUR: Final = 3600
FIRST_DAY: Final = date(1970, 1, 1).toordinal()
MAX_SOUGHT: Final = 1000  # waiting searches; beyond that the words of the oldest are dropped
OVERFLOW_NAME: Final = "…"

REFUSED: Final = Counter(
    "zin_guesses_refused_total", "Answers not given to who guesses, by question and limit", ["question", "limit"]
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One count in one hour of our country."""

    day: date
    hour: int
    what: str
    of: str
    many: int


@dataclass(frozen=True, slots=True)
class Sought:
    """A search without a result by one citizen. at is in Unix seconds."""

    words: str = field(repr=False)
    citizen: str = field(repr=False)
    at: float


class Counters:
    """A UsageRecorder that holds its counts until they are drained."""

    def __init__(self) -> None:
        self._hours: dict[int, Hour] = {}
        self._begins, self._ends, self._now = 0, 0, Hour()
        self._day = 0
        self.waiting: deque[Sought] = deque(maxlen=MAX_SOUGHT)
        self.visits: set[Visit] = set()

    def record_hop(self, walk: HopTrace, at: float) -> None:
        """Count one hop at this time in Unix seconds."""
        now = self._now if self._begins <= at < self._ends else self._hour(at)
        way = (walk.channel, walk.start, *walk.screens)
        if len(way) < LONGEST_WAY:
            now.ways[way] += 1
        else:
            now.went(way, 1)
        if walk.has_details:
            now.count_details(walk)

    def record_citizen(self, citizen: str, subjects: tuple[str, ...], at: float) -> None:
        """Hold the citizen's pseudonym for the next flush, which only estimates how many there are."""
        if not self._begins <= at < self._ends:
            self._hour(at)
        if len(self.visits) < MAX_VISITS:
            self.visits.add((self._day, "", citizen))
            for subject in subjects:
                self.visits.add((self._day, subject, citizen))

    def record_failed_search(self, words: str, citizen: str, at: float) -> None:
        """Count a search without a result and hold its words for the next flush."""
        self._hour(at).numbers["nothing"][""] += 1
        self.waiting.append(Sought(words, citizen, at))

    def refused(self, question: str, limit: str, at: float) -> None:
        """Count an answer that was refused because of too many guesses."""
        REFUSED.labels(question, limit).inc()
        self._hour(at).numbers["refused"][f"{question} {limit}"] += 1

    def sent(self, gateway: str, parts: int, at: float) -> None:
        """Count a message that a gateway accepted, and its billed parts."""
        now = self._hour(at).numbers
        now["sent"][gateway] += 1
        if parts:
            now["parts"][gateway] += parts

    def add(self, what: str, of: str, many: int, at: float) -> None:
        """Add to a count of another kind."""
        self._hour(at).numbers[what][of] += many

    def drain(self) -> Mapping[int, Hour]:
        """Return all counts and reset them."""
        taken, self._hours, self._ends = self._hours, {}, 0
        return taken

    def restore(self, taken: Mapping[int, Hour]) -> None:
        """Add drained counts back after a failed flush."""
        for place, hour in taken.items():
            self._hours.setdefault(place, Hour()).add(hour)
        self._ends = 0

    def _hour(self, at: float) -> Hour:
        if not self._begins <= at < self._ends:
            ahead = seconds_ahead(at)
            place = int(at + ahead) // HOUR
            self._begins, self._ends = place * HOUR - ahead, (place + 1) * HOUR - ahead
            self._day = FIRST_DAY + place // 24
            self._now = self._hours.setdefault(place, Hour())
        return self._now


def day_of(at: float) -> date:
    """The day in our country of a moment in Unix seconds."""
    return date.fromordinal(FIRST_DAY + int(at + seconds_ahead(at)) // (24 * HOUR))


def seconds_ahead(at: float) -> int:
    """How many seconds our country is ahead of UTC at a moment; clocks change at a full hour."""
    ahead = datetime.fromtimestamp(at, zone()).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0


def figures_of(taken: Mapping[int, Hour]) -> Iterator[Figure]:
    """The rows of drained counts."""
    for place, hour in taken.items():
        day, of_day = date.fromordinal(FIRST_DAY + place // 24), place % 24
        whole = Hour()
        for way, many in hour.ways.items():
            whole.went(way, many)
        whole.add(hour)
        for what, numbers in whole.numbers.items():
            for name, many in numbers.items():
                yield Figure(day, of_day, what, name_in_row(name), many)
