"""The counts of one hour: paths as they were taken, and details by name. Names are built when rows are."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from analytics.first_answers import HOPS, SECONDS, bucket_of
from analytics.people import SERVICE
from database.column_limits import clipped
from database.tables import figures
from state.conversation.trace import HopTrace

BOUNDS: Final = (0.01, 0.05, 0.25, 1.0, 2.0, 3.0)  # seconds
BUCKET_LABELS: Final = (*("0.01", "0.05", "0.25", "1", "2", "3"), "more")
LONGEST_WAY: Final = 8  # names in a path that is counted whole; longer ones are split at once, to limit the memory
Name = str | tuple[str, str, int]


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

    def count_details(self, walk: HopTrace) -> None:
        """Count the details of a hop besides its path."""
        now = self.numbers
        if walk.begins:
            now["calls"][walk.channel] += 1
            if walk.network:
                now["network"][walk.network] += 1
        if walk.served:
            now["served"][walk.channel] += 1
        if walk.first_answer:
            goal, seconds, hops = walk.first_answer
            journey = goal.partition(".")[0]
            now["answer_seconds"][f"{journey} {walk.channel} {bucket_of(SECONDS, seconds)}"] += 1
            now["answer_hops"][f"{journey} {walk.channel} {bucket_of(HOPS, hops)}"] += 1
        if walk.opinion:
            number, language, journey, subject = walk.opinion
            about = subject if subject.startswith(SERVICE) else journey
            now["opinion"][f"{number} {walk.channel} {language} {about}"] += 1
        if walk.language:
            now["language"][walk.language] += 1
        if walk.missed:
            now["missed"][walk.missed] += 1
        for subject in walk.subjects:
            now["read"][subject] += 1
        for question, outcome, seconds in walk.questions:
            now["asked"][question, outcome, bisect_left(BOUNDS, seconds)] += 1


def name_in_row(name: Name) -> str:
    """Return a name as the table has it."""
    if isinstance(name, tuple):
        question, outcome, bound = name
        return f"{question} {outcome} {BUCKET_LABELS[bound]}"
    return clipped(figures.c.of, name)
