"""The counts of one process since its last flush. A hop costs a few additions; names are built at the flush."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from prometheus_client import Counter

from database.column_limits import clipped
from database.tables import figures
from reporting.time_zone import zone
from state.conversation.trace import HopTrace

HOUR: Final = 3600
FIRST_DAY: Final = date(1970, 1, 1).toordinal()
BOUNDS: Final = (0.01, 0.05, 0.25, 1.0, 2.0, 3.0)  # seconds
BUCKET_LABELS: Final = (*("0.01", "0.05", "0.25", "1", "2", "3"), "more")
MAX_SOUGHT: Final = 1000  # waiting searches; beyond that the words of the oldest are dropped
OVERFLOW_NAME: Final = "…"

REFUSED: Final = Counter(
    "zin_guesses_refused_total", "Answers not given to who guesses, by question and limit", ["question", "limit"]
)

LONGEST_WAY: Final = 8  # names in a path that is counted whole; longer ones are split at once, to limit the memory
Name = str | tuple[str, str, int]


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


class Hour:
    """The counts of one hour. ways counts hops by channel, start and screens, which is all that most hops have."""

    __slots__ = ("numbers", "ways")

    def __init__(self) -> None:
        self.ways: defaultdict[tuple[str, ...], int] = defaultdict(int)
        self.numbers: defaultdict[str, defaultdict[Name, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, other: Hour) -> None:
        """Add the counts of another hour."""
        for way, many in other.ways.items():
            self.ways[way] += many
        for what, numbers in other.numbers.items():
            for name, many in numbers.items():
                self.numbers[what][name] += many

    def went(self, way: Sequence[str], many: int) -> None:
        """Count the steps of a path: the channel, then the start, then the screens."""
        channel, last, *screens = way
        self.numbers["hops"][channel] += many
        for screen in screens:
            if screen != last:
                if last:
                    self.numbers["went_on"][last] += many
                self.numbers["arrived"][screen] += many
                last = screen


class Counters:
    """A UsageRecorder that holds its counts until they are drained."""

    def __init__(self) -> None:
        self._hours: dict[int, Hour] = {}
        self._begins, self._ends, self._now = 0, 0, Hour()
        self.waiting: deque[Sought] = deque(maxlen=MAX_SOUGHT)

    def record_hop(self, walk: HopTrace, at: float) -> None:
        """Count one hop at this time in Unix seconds."""
        now = self._now if self._begins <= at < self._ends else self._hour(at)
        way = (walk.channel, walk.start, *walk.screens)
        if len(way) < LONGEST_WAY:
            now.ways[way] += 1
        else:
            now.went(way, 1)
        if walk.has_details:
            _count(walk, now.numbers)

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
                yield Figure(day, of_day, what, _bucket_label(name), many)


def _bucket_label(name: Name) -> str:
    if isinstance(name, tuple):
        question, outcome, bound = name
        return f"{question} {outcome} {BUCKET_LABELS[bound]}"
    return clipped(figures.c.of, name)


def _count(walk: HopTrace, now: defaultdict[str, defaultdict[Name, int]]) -> None:
    """Count the details of a hop besides its path."""
    if walk.begins:
        now["calls"][walk.channel] += 1
        if walk.network:
            now["network"][walk.network] += 1
    if walk.served:
        now["served"][walk.channel] += 1
    if walk.language:
        now["language"][walk.language] += 1
    if walk.missed:
        now["missed"][walk.missed] += 1
    for question, outcome, seconds in walk.questions:
        now["asked"][question, outcome, bisect_left(BOUNDS, seconds)] += 1
