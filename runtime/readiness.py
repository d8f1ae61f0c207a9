"""Checks whether a citizen can be served now: writes a session over the connection of the hops, and a row to SQL.

Both are real writes, because a read may succeed on a replica, on a full disk or in a deleted folder. A result is reused
for FRESH_SECONDS, so many requests cost nothing, and a check ends after PROBE_TIMEOUT_SECONDS even if both stores hang.
Sources are not checked: menus have screens for sources that fail.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

import structlog

from database.errors import NoFreeConnection
from database.interface import Database
from database.tables import heartbeats
from state.cancellation import end_task
from state.errors import SourceUnavailable, StoreUnavailable
from state.store.interface import Store

FRESH_SECONDS: Final = 1.0  # for which a look is believed
PROBE_TIMEOUT_SECONDS: Final = 2.0  # for both, which are tried at once
LIFE_SECONDS: Final = 60.0  # of the session that is written
NAME: Final = "ready"
log = structlog.get_logger("zin")


@dataclass(frozen=True, slots=True)
class ReadinessStatus:
    """What can be written now: sessions in Valkey, rows in SQL; whether rows only lack a free connection."""

    sessions: bool
    rows: bool
    is_short: bool = False

    def __bool__(self) -> bool:
        return self.sessions and self.rows

    @property
    def missing(self) -> str:
        """Return what cannot be written, without naming a server or a person."""
        rows = "rows: no free connection" if self.is_short else "rows"
        return ", ".join(name for name, is_there in (("sessions", self.sessions), (rows, self.rows)) if not is_there)


class Readiness:
    """Checks at most once a second, and once for all requests that wait at the same time."""

    def __init__(self, store: Store, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        """Clock is monotonic, in seconds."""
        self._clock, self._looking = clock, asyncio.Lock()
        self._sessions = _Probe("sessions", lambda: store.compare_and_set(NAME, b"", b"1", LIFE_SECONDS))
        self._rows = _Probe("rows", lambda: _write(database))
        self._found, self._old_at = ReadinessStatus(sessions=False, rows=False), clock()
        self.is_stopping = False  # no further caller may be sent here, whatever can be written

    async def check(self) -> ReadinessStatus:
        """Return what can be written now; the result may be up to FRESH_SECONDS old."""
        async with self._looking:  # who comes meanwhile waits for the same look
            if self._clock() >= self._old_at:
                sessions, rows = await asyncio.gather(self._sessions.succeeds(), self._rows.succeeds())
                found = ReadinessStatus(sessions, rows, self._rows.is_short)
                self._found, self._old_at = found, self._clock() + FRESH_SECONDS
            return self._found

    async def close(self) -> None:
        """Cancel the writes that are still running."""
        await asyncio.gather(self._sessions.close(), self._rows.close())


class _Probe:
    """One kind of write. A write that hangs is awaited again; no second one is started beside it."""

    def __init__(self, name: str, write: Callable[[], Coroutine[Any, Any, object]]) -> None:
        self._name, self._write = name, write
        self._writing: asyncio.Task[object] | None = None
        self._last_reported = ""
        self.is_short = False  # of connections, when it was tried last

    async def succeeds(self) -> bool:
        writing = self._writing = self._writing or asyncio.create_task(self._write())
        done, _ = await asyncio.wait((writing,), timeout=PROBE_TIMEOUT_SECONDS)
        if not done:
            self.is_short = False
            return self._outcome(f"no answer within {PROBE_TIMEOUT_SECONDS} s")
        self._writing = None
        failure = writing.exception()
        self.is_short = isinstance(failure, NoFreeConnection)
        if failure is None:
            return self._outcome("")
        if not isinstance(failure, (StoreUnavailable, SourceUnavailable)):
            log.error("probe failed", part=self._name, exc_info=failure)
        return self._outcome(str(failure) or type(failure).__name__)

    async def close(self) -> None:
        if self._writing:
            await end_task(self._writing)

    def _outcome(self, why: str) -> bool:
        """Log the reason of a failure once until it changes; return whether the write succeeded."""
        if why != self._last_reported:
            log.error("not ready", part=self._name, why=why) if why else log.info("ready again", part=self._name)
        self._last_reported = why
        return not why


async def _write(database: Database) -> None:
    # SQLite writes nothing for an equal row.
    await database.upsert(heartbeats, {"name": NAME, "written_at": time.time_ns()})
