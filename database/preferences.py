"""The language that each citizen chose, stored for a year.

The citizen is a pseudonym, made elsewhere with a secret. A row is read when a call opens and the store has no choice of
this citizen. Choices are written late, many in one transaction; of two, the later one stays. Older rows are ignored
until they are deleted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Final, NamedTuple

import structlog

from database import tables
from database.interface import Database
from database.preference_reads import PreferenceReads
from database.retention import BEFORE, DAY, Retention
from state.deadline import Deadline, DeadlineExceeded
from state.errors import SourceUnavailable
from state.preferences import Preference

log = structlog.get_logger()

YEAR: Final = 365 * DAY  # seconds
PAUSE_SECONDS: Final = 1.0  # between two writes; a choice waits no longer
RETRY_SECONDS: Final = 5.0  # after a write that failed
MAX_ROWS: Final = 500  # in one transaction
MAX_WAITING: Final = 50_000  # choices in memory, of 0.4 kB each; the store has the others for a day
_P = tables.preferences.c

CHOSEN: Final = Retention(tables.preferences, 365, _P.chosen_at <= BEFORE, "seconds")


class Choice(NamedTuple):
    """A preference and the time of its choice, in Unix seconds."""

    preference: Preference
    chosen_at: int


class PreferenceRepository:
    """The stored preferences. Each method ends within so many seconds. now gives Unix seconds."""

    def __init__(self, database: Database, seconds: float, now: Callable[[], float] = time.time) -> None:
        self._database, self._deadline, self.now = database, Deadline(seconds), now
        self._reads = PreferenceReads(database)

    async def of(self, citizen: str) -> Preference:
        """The preference of this citizen, an empty one if none is stored. Raises SourceUnavailable."""
        with _language_of():
            return await self._deadline.within(self._reads.of(citizen, self._since()))

    async def keep_all(self, chosen: Mapping[str, Choice]) -> None:
        """Store the choices of these citizens, in place of earlier ones. Raises SourceUnavailable."""
        rows = [
            {"citizen": citizen, "language": one.language, "call": one.call, "chosen_at": at}
            for citizen, (one, at) in sorted(chosen.items())  # two processes lock rows in the same order
        ]
        with _language_of():
            await self._deadline.within(self._database.upsert_all(tables.preferences, rows, _P.chosen_at.name))

    def _since(self) -> int:
        return int(self.now()) - YEAR


class LatePreferences:
    """The preferences of a process: reads the stored ones, and writes new choices after a moment."""

    def __init__(self, repository: PreferenceRepository) -> None:
        self._repository = repository
        self._waiting: dict[str, Choice] = {}
        self._writing: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    async def of(self, citizen: str) -> Preference:
        """The preference of this citizen, an empty one if there is none. Raises SourceUnavailable."""
        waiting = self._waiting.get(citizen)
        return waiting.preference if waiting else await self._repository.of(citizen)

    def keep(self, citizen: str, preference: Preference) -> None:
        """Store the preference of this citizen soon; the oldest that waits is dropped if there are too many."""
        if len(self._waiting) >= MAX_WAITING and citizen not in self._waiting:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[citizen] = Choice(preference, int(self._repository.now()))
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_until_empty())

    async def close(self) -> None:
        """Write what waits, once."""
        self._closing.set()
        if self._writing:
            await self._writing

    async def _write_until_empty(self) -> None:
        pause = PAUSE_SECONDS
        while self._waiting:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._closing.wait()
            pause = PAUSE_SECONDS if await self._write() else RETRY_SECONDS
            if self._closing.is_set():
                break
        self._writing = None

    async def _write(self) -> bool:
        """Write the choices that wait; returns False if that failed: they wait on."""
        choices = iter(list(self._waiting.items()))
        while batch := dict(islice(choices, MAX_ROWS)):
            try:
                await self._repository.keep_all(batch)
            except SourceUnavailable as down:
                log.warning("languages not kept yet", why=str(down), waiting=len(self._waiting))
                return False
            for citizen, choice in batch.items():
                if self._waiting.get(citizen) is choice:
                    del self._waiting[citizen]
        return True


@contextmanager
def _language_of() -> Iterator[None]:
    """Turn every error into SourceUnavailable, without the citizen in its text."""
    try:
        yield
    except SourceUnavailable:
        raise
    except DeadlineExceeded as late:
        raise SourceUnavailable(f"the registry is late: {late}") from late
    except Exception as mistake:
        # Broad, because a call must be answered whatever error a driver raises for a broken database.
        log.exception("preferences failed")
        raise SourceUnavailable("a mistake in the preferences") from mistake
