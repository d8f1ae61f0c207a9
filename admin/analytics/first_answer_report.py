"""How long citizens take to the first answer of a session, by journey and channel, beside the period before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from admin.analytics.usage_report import NAMES
from analytics.first_answers import HOPS, MORE, SECONDS, reached_by
from analytics.repository import Totals
from reporting.french import NARROW
from state.menu.versions import MenuVersion

HALF: Final = 0.5
MOST: Final = 0.9
Buckets = Mapping[tuple[str, str], Mapping[str, int]]  # by journey and channel


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """The sessions of one journey on one channel that got an answer.

    half and most are the time and the hops within which half and nine tenths of them had it; half_before is the time
    of the period before, "" if there was none.
    """

    journey: str
    channel: str
    sessions: int
    half: str
    most: str
    half_hops: str
    most_hops: str
    half_before: str


def first_answers(found: Totals, before: Totals, edition: MenuVersion) -> list[FirstAnswers]:
    """Return the journeys and channels on which citizens got an answer, the most used first."""
    seconds, hops, earlier = (
        _buckets(found, "answer_seconds"),
        _buckets(found, "answer_hops"),
        _buckets(before, "answer_seconds"),
    )
    files = edition.journeys.files
    rows = [
        FirstAnswers(
            files[journey].title if journey in files else f"{journey} (parcours retiré)",
            NAMES.get(channel, channel),
            sum(counts.values()),
            _time(counts, HALF),
            _time(counts, MOST),
            _hops(hops[journey, channel], HALF),
            _hops(hops[journey, channel], MOST),
            _time(earlier[journey, channel], HALF),
        )
        for (journey, channel), counts in seconds.items()
    ]
    return sorted(rows, key=lambda one: (-one.sessions, one.journey, one.channel))


def _buckets(found: Totals, what: str) -> Buckets:
    """Return the counts of buckets by journey and channel."""
    counts: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for of, many in found.get(what, {}).items():
        names = of.split(" ")
        if len(names) == 3:  # not what stands for the rarest names together (analytics/repository.py)
            counts[names[0], names[1]][names[2]] = many
    return counts


def _time(counts: Mapping[str, int], share: float) -> str:
    bucket = reached_by(SECONDS, counts, share)
    return f"plus de{NARROW}{_written(SECONDS[-1])}" if bucket == MORE else _written(int(bucket)) if bucket else ""


def _written(seconds: int) -> str:
    """Return a time in the largest unit that is whole: 90 s, 2 min, 1 h."""
    size, unit = next(one for one in ((3600, "h"), (60, "min"), (1, "s")) if seconds % one[0] == 0)
    return f"{seconds // size}{NARROW}{unit}"


def _hops(counts: Mapping[str, int], share: float) -> str:
    bucket = reached_by(HOPS, counts, share)
    return f"plus de {HOPS[-1]}" if bucket == MORE else bucket
