"""Words by which nothing was found: told only when several different citizens typed them on one day.

Until then the words are nowhere but in this process, for seconds. How many citizens typed them is counted in the store
under keyed digests, which tell neither words nor citizens, and are forgotten after a day. Words with a digit in them
may be a number of somebody's, long ones a message to somebody: neither is ever told. One citizen's words count once,
and no more than MOST_OF_ONE of them a day.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from figures.counters import Counters, Sought, day_of
from state.citizens import Names
from state.search import plain
from state.store import Store

ENOUGH: Final = 3  # different citizens
MOST_OF_ONE: Final = 20  # searches of one citizen that count on one day
MOST_TOLD: Final = 300  # different words told of one day
LONGEST: Final = 40  # characters
DAY: Final = 24 * 3600.0


class Searches:
    """Looks at what was sought in vain. Raises StoreUnavailable."""

    def __init__(self, store: Store, secret: str) -> None:
        self._store, self._names = store, Names(secret)

    async def look(self, sought: Sought, counters: Counters) -> None:
        """Count these words, if enough citizens typed them."""
        words = tellable(sought.words)
        if not words:
            return
        today = day_of(sought.at)
        if await self._store.count(self._key(today, "citizen", sought.citizen), DAY) > MOST_OF_ONE:
            return
        if await self._store.count(self._key(today, "both", words, sought.citizen), DAY) > 1:
            return
        if new := await self._told(today, words):
            counters.add("sought", words, new, sought.at)

    async def _told(self, today: date, words: str) -> int:
        """How many citizens more, now that one more typed these words; 0 as long as they must not be told."""
        citizens, known = await self._store.count(self._key(today, "words", words), DAY), self._key(today, "is", words)
        if citizens > ENOUGH:
            return 1 if await self._store.load(known) else 0
        if citizens < ENOUGH or await self._store.count(self._key(today, "told"), DAY) > MOST_TOLD:
            return 0
        await self._store.count(known, DAY)
        return ENOUGH

    def _key(self, day: date, *names: str) -> str:
        return f"sought:{self._names.of(' '.join((day.isoformat(), *names)))}"


def tellable(typed: str) -> str:
    """The words as they may be told; "" for what must never be."""
    return "" if len(typed) > LONGEST or any(sign.isdigit() for sign in typed) else plain(typed)
