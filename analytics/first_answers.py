"""How long citizens take from the first hop of a session to the first goal of the menu, in buckets that name nobody.

A session counts once, with the journey of its goal; a call that was cut and resumed is one session. A bucket has the
largest time or number of hops in it, and what is beyond the last bound is MORE.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final

SECONDS: Final = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800, 3600)
HOPS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30)
MORE: Final = "more"


def bucket_of(bounds: Sequence[int], value: float) -> str:
    """Return the name of the bucket of a value."""
    place = bisect_left(bounds, value)
    return str(bounds[place]) if place < len(bounds) else MORE


def reached_by(bounds: Sequence[int], counts: Mapping[str, int], share: float) -> str:
    """Return the first bucket up to which this share of the counts lies, "" if there are none."""
    wanted, seen = share * sum(counts.values()), 0
    for name in (*map(str, bounds), MORE):
        seen += counts.get(name, 0)
        if seen and seen >= wanted:
            return name
    return ""
