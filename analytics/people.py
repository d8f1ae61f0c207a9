"""Distinct citizens of a day, a month and a service in a month, as estimates that store nobody.

    a call begins, or a source answers about a service -> Counters.visits, keyed digests in this process (counters.py)
      -> every few seconds, with the other counts (flush.py) -> a HyperLogLog in the store by day, month and service
      -> the admin site, which asks for the days and months of a period together

A HyperLogLog has at most 12 KB of registers, from which a number can be estimated within 1 % and no member read. Adding
a citizen again changes nothing, so a flush that failed is repeated as it was. All keys have one hash tag, because the
estimate of several keys together needs them in one slot of a cluster; no hop waits for that slot. The keys expire, and
the store may be emptied: then the number of people is not known, or too low, and all other counts stay.
Source: https://valkey.io/commands/pfcount/
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from state.store.interface import Store

Visit = tuple[int, str, str]  # the ordinal of a day, a subject or "", and a citizen's pseudonym
MAX_VISITS: Final = 100_000  # waiting; beyond that citizens are not counted until the store answers again
DAY: Final = 24 * 3600.0
DAYS_STORED: Final = 100  # three months of days, for any range in them and the range before
MONTHS_STORED: Final = 400  # days: a year of months, and the same month of the year before
SERVICE: Final = "service "  # begins the subjects whose citizens are counted apart
KEYS: Final = "people:{people}:"


class DistinctCitizens:
    """Adds citizens to the estimates and reads them. Every method raises StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, visits: Iterable[Visit]) -> None:
        """Add these citizens; in one trip, unless they are thousands."""
        members: defaultdict[tuple[str, float], list[str]] = defaultdict(list)
        for ordinal, subject, citizen in visits:
            day = date.fromordinal(ordinal)
            if subject.startswith(SERVICE):
                members[month_key(day, subject), MONTHS_STORED * DAY].append(citizen)
            elif not subject:
                members[day_key(day), DAYS_STORED * DAY].append(citizen)
                members[month_key(day), MONTHS_STORED * DAY].append(citizen)
        await asyncio.gather(*(self._store.add_distinct(key, some, life) for (key, life), some in members.items()))

    async def between(self, first: date, last: date, today: date) -> int | None:
        """Return about how many citizens called from one day to another; None if the store has forgotten some of it."""
        keys, oldest = [], date.max
        for begins, is_month in _parts(first, min(last, today)):
            keys.append(month_key(begins) if is_month else day_key(begins))
            end = begins + timedelta(days=MONTHS_STORED if is_month else DAYS_STORED)
            oldest = min(oldest, end)
        if not keys or oldest < today:
            return None
        return await self._store.count_distinct(*keys)

    async def by_service(self, services: Collection[str], first: date, last: date) -> Mapping[str, int]:
        """Return about how many citizens read each service in the months of a period, which has whole months only."""
        months = [begins for begins, _ in _parts(first, last)]
        counts = await asyncio.gather(
            *(self._store.count_distinct(*(month_key(one, SERVICE + name) for one in months)) for name in services)
        )
        return dict(zip(services, counts, strict=True))


def day_key(day: date) -> str:
    """Return the key of the citizens of a day."""
    return f"{KEYS}{day.isoformat()}"


def month_key(day: date, subject: str = "") -> str:
    """Return the key of the citizens of the month of a day, or of those of them that read about a subject."""
    return f"{KEYS}{day:%Y-%m}:{subject}" if subject else f"{KEYS}{day:%Y-%m}"


def has_whole_months(first: date, last: date) -> bool:
    """Return whether a period begins and ends with a month."""
    return first.day == 1 and (last + timedelta(days=1)).day == 1


def _parts(first: date, last: date) -> Iterator[tuple[date, bool]]:
    """Yield the first day of each whole month of a period and the days outside these, and whether it is a month."""
    day = first
    while day <= last:
        after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        is_month = day.day == 1 and after <= last + timedelta(days=1)
        yield day, is_month
        day = after if is_month else day + timedelta(days=1)
