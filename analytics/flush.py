"""Writes the counts to the table every few seconds and at the end; a failed write is repeated.

The words of a search without a result are written only if several different citizens typed them on one day. Before
that, the words are only in this process, for seconds. The store counts the citizens under keyed digests, which reveal
neither words nor citizens and expire after a day. Words with a digit may be a personal number, and long ones a private
message: they are never written. The same words of one citizen count once, and at most MAX_OF_ONE searches a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Final

import structlog
from prometheus_client import Counter

from analytics.counters import Counters, Sought, day_of, figures_of
from analytics.people import DistinctCitizens
from analytics.repository import UsageRepository
from database.interface import Database
from settings import Settings
from state.errors import SourceUnavailable, StoreUnavailable
from state.identity import Pseudonyms
from state.store.interface import Store
from state.text.search import plain

EVERY: Final = 5.0  # seconds
log = structlog.get_logger()
FLUSHED = Counter("zin_figures_flushed_total", "Times that figures went to the registry, by how it went", ["how"])


class Flushing:
    """Flushes the counters of one process."""

    def __init__(
        self, counters: Counters, ledger: UsageRepository, searches: Searches, citizens: DistinctCitizens
    ) -> None:
        self._counters, self._ledger, self._searches, self._citizens = counters, ledger, searches, citizens

    async def flush(self) -> bool:
        """Write the counts. Returns False if that failed; the counts are then kept for the next flush."""
        await self._record_searches()
        await self._record_visits()
        taken = self._counters.drain()
        try:
            await self._ledger.add(figures_of(taken))
        except SourceUnavailable as down:
            FLUSHED.labels("failed").inc()
            log.warning("figures not kept yet", why=str(down))
            self._counters.restore(taken)
            return False
        except BaseException:  # of any kind: the counts must not be lost
            self._counters.restore(taken)
            raise
        FLUSHED.labels("kept").inc()
        return True

    async def _record_searches(self) -> None:
        while self._counters.waiting:
            sought = self._counters.waiting.popleft()
            try:
                await self._searches.record(sought, self._counters)
            except StoreUnavailable:  # this search is lost, which only makes its words rarer
                return

    async def _record_visits(self) -> None:
        visits, self._counters.visits = self._counters.visits, set()
        try:
            await self._citizens.add(visits)
        except BaseException as lost:  # of any kind: added again at the next flush, which counts nobody twice
            self._counters.visits |= visits
            if not isinstance(lost, StoreUnavailable):
                raise

    async def run(self, stop: asyncio.Event) -> None:
        """Flush until `stop` is set, then a last time. A flush is never cancelled, because it might count twice."""
        while not stop.is_set():
            try:
                async with asyncio.timeout(EVERY):
                    await stop.wait()
            except TimeoutError:
                await self._safely()
        await self._safely()

    async def _safely(self) -> None:
        try:
            await self.flush()
        except Exception:  # our own fault must not stop later flushes
            log.exception("figures failed")


@asynccontextmanager
async def flushing(work: Flushing) -> AsyncIterator[None]:
    """Flush while this context is open, and at its end."""
    stop = asyncio.Event()
    running = asyncio.create_task(work.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


@asynccontextmanager
async def counting(settings: Settings, store: Store, database: Database) -> AsyncIterator[Counters]:
    """Counters that are flushed to the database while this context is open."""
    counters = Counters()
    searches, citizens = Searches(store, settings.secrets.pepper), DistinctCitizens(store)
    async with flushing(Flushing(counters, UsageRepository(database), searches, citizens)):
        yield counters


ENOUGH: Final = 3  # different citizens
MAX_OF_ONE: Final = 20  # searches of one citizen that count on one day
MAX_WORDS_PER_DAY: Final = 300  # different searches written for one day
LONGEST: Final = 40  # characters
DAY: Final = 24 * 3600.0


class Searches:
    """Counts the citizens of each search without a result. Raises StoreUnavailable."""

    def __init__(self, store: Store, secret: str) -> None:
        self._store, self._names = store, Pseudonyms(secret)

    async def record(self, sought: Sought, counters: Counters) -> None:
        """Count these words, if enough citizens typed them."""
        words = tellable(sought.words)
        if not words:
            return
        today = day_of(sought.at)
        if await self._store.increment(self._key(today, "citizen", sought.citizen), DAY) > MAX_OF_ONE:
            return
        if await self._store.increment(self._key(today, "both", words, sought.citizen), DAY) > 1:
            return
        if new := await self._reportable(today, words):
            counters.add("sought", words, new, sought.at)

    async def _reportable(self, today: date, words: str) -> int:
        """The citizens to add to these words after one more search; 0 while too few citizens typed them."""
        citizens, known = (
            await self._store.increment(self._key(today, "words", words), DAY),
            self._key(today, "is", words),
        )
        if citizens > ENOUGH:
            return 1 if await self._store.get(known) else 0
        if citizens < ENOUGH or await self._store.increment(self._key(today, "reported"), DAY) > MAX_WORDS_PER_DAY:
            return 0
        await self._store.increment(known, DAY)
        return ENOUGH

    def _key(self, day: date, *names: str) -> str:
        return f"sought:{self._names.of(' '.join((day.isoformat(), *names)))}"


def tellable(typed: str) -> str:
    """The words in the form to write, "" if they must never be written."""
    return "" if len(typed) > LONGEST or any(sign.isdigit() for sign in typed) else plain(typed)
