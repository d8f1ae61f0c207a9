"""What was counted goes into the table every few seconds, and once more at the end; what fails is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from prometheus_client import Counter

from database.interface import Database
from figures.counters import Counters, figures_of
from figures.ledger import Ledger
from figures.searches import Searches
from settings import Settings
from state.errors import SourceUnavailable, StoreUnavailable
from state.store import Store

EVERY: Final = 5.0  # seconds
log = structlog.get_logger()
FLUSHED = Counter("zin_figures_flushed_total", "Times that figures went to the registry, by how it went", ["how"])


class Flushing:
    """Empties the counters of one process."""

    def __init__(self, counters: Counters, ledger: Ledger, searches: Searches) -> None:
        self._counters, self._ledger, self._searches = counters, ledger, searches

    async def flush(self) -> bool:
        """Keep what was counted; False when that failed, and all of it is counted on."""
        await self._look()
        taken = self._counters.take()
        try:
            await self._ledger.add(figures_of(taken))
        except SourceUnavailable as down:
            FLUSHED.labels("failed").inc()
            log.warning("figures not kept yet", why=str(down))
            self._counters.give_back(taken)
            return False
        except BaseException:  # whatever it is, the numbers are not its business
            self._counters.give_back(taken)
            raise
        FLUSHED.labels("kept").inc()
        return True

    async def _look(self) -> None:
        while self._counters.waiting:
            sought = self._counters.waiting.popleft()
            try:
                await self._searches.look(sought, self._counters)
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
    async with flushing(Flushing(counters, Ledger(database), Searches(store, settings.secrets.pepper))):
        yield counters
