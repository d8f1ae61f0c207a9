"""What was counted goes into the table every few seconds, and once more at the end; what fails is tried again.

Words by which nothing was found: told only when several different citizens typed them on one day.

Until then the words are nowhere but in this process, for seconds. How many citizens typed them is counted in the store
under keyed digests, which tell neither words nor citizens, and are forgotten after a day. Words with a digit in them
may be a number of somebody's, long ones a message to somebody: neither is ever told. One citizen's words count once,
and no more than MOST_OF_ONE of them a day.
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
from analytics.repository import UsageRepository
from database.interface import Database
from settings import Settings
from state.errors import SourceUnavailable, StoreUnavailable
from state.identity import Pseudonyms
from state.store.redis import Store
from state.text.search import plain

EVERY: Final = 5.0  # seconds
log = structlog.get_logger()
FLUSHED = Counter("zin_figures_flushed_total", "Times that figures went to the registry, by how it went", ["how"])


class Flushing:
    """Empties the counters of one process."""

    def __init__(self, counters: Counters, ledger: UsageRepository, searches: Searches) -> None:
        self._counters, self._ledger, self._searches = counters, ledger, searches

    async def flush(self) -> bool:
        """Keep what was counted; False when that failed, and all of it is counted on."""
        await self._look()
        taken = self._counters.drain()
        try:
            await self._ledger.add(figures_of(taken))
        except SourceUnavailable as down:
            FLUSHED.labels("failed").inc()
            log.warning("figures not kept yet", why=str(down))
            self._counters.restore(taken)
            return False
        except BaseException:  # whatever it is, the numbers are not its business
            self._counters.restore(taken)
            raise
        FLUSHED.labels("kept").inc()
        return True

    async def _look(self) -> None:
        while self._counters.waiting:
            sought = self._counters.waiting.popleft()
            try:
                await self._searches.record(sought, self._counters)
            except StoreUnavailable:  # what may be lost in three minutes is lost: words are told a little less often
                return

    async def run(self, stop: asyncio.Event) -> None:
        """Flush until told to stop, and a last time then. A flush is never cut short, or it might count twice."""
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
        except Exception:  # a mistake of ours must not end the counting of all that comes after
            log.exception("figures failed")


@asynccontextmanager
async def flushing(work: Flushing) -> AsyncIterator[None]:
    """Flush as long as this context lasts."""
    stop = asyncio.Event()
    running = asyncio.create_task(work.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


@asynccontextmanager
async def counting(settings: Settings, store: Store, database: Database) -> AsyncIterator[Counters]:
    """The counters of this process, kept in the registry as long as this context lasts."""
    counters = Counters()
    async with flushing(Flushing(counters, UsageRepository(database), Searches(store, settings.secrets.pepper))):
        yield counters


ENOUGH: Final = 3  # different citizens
MOST_OF_ONE: Final = 20  # searches of one citizen that count on one day
MAX_WORDS_PER_DAY: Final = 300  # different words told of one day
LONGEST: Final = 40  # characters
DAY: Final = 24 * 3600.0


class Searches:
    """Looks at what was sought in vain. Raises StoreUnavailable."""

    def __init__(self, store: Store, secret: str) -> None:
        self._store, self._names = store, Pseudonyms(secret)

    async def record(self, sought: Sought, counters: Counters) -> None:
        """Count these words, if enough citizens typed them."""
        words = tellable(sought.words)
        if not words:
            return
        today = day_of(sought.at)
        if await self._store.increment(self._key(today, "citizen", sought.citizen), DAY) > MOST_OF_ONE:
            return
        if await self._store.increment(self._key(today, "both", words, sought.citizen), DAY) > 1:
            return
        if new := await self._reportable(today, words):
            counters.add("sought", words, new, sought.at)

    async def _reportable(self, today: date, words: str) -> int:
        """How many citizens more, now that one more typed these words; 0 as long as they must not be told."""
        citizens, known = (
            await self._store.increment(self._key(today, "words", words), DAY),
            self._key(today, "is", words),
        )
        if citizens > ENOUGH:
            return 1 if await self._store.get(known) else 0
        if citizens < ENOUGH or await self._store.increment(self._key(today, "told"), DAY) > MAX_WORDS_PER_DAY:
            return 0
        await self._store.increment(known, DAY)
        return ENOUGH

    def _key(self, day: date, *names: str) -> str:
        return f"sought:{self._names.of(' '.join((day.isoformat(), *names)))}"


def tellable(typed: str) -> str:
    """The words as they may be told; "" for what must never be."""
    return "" if len(typed) > LONGEST or any(sign.isdigit() for sign in typed) else plain(typed)
