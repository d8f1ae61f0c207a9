"""Whether a citizen can be served now: a session can be written, through the very connection of the hops, and a row.

Both are really written, since what can be read can be a replica, a file whose disk is full or a folder that is gone.
Who asks is answered from the last look while that is fresh, so a flood of questions costs nothing, and within
PATIENCE_SECONDS also when everything behind hangs. The sources are not asked: the menus say what to do without.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

import structlog

from database.desk_tables import heartbeats
from database.interface import Database, upsert
from state.errors import SourceUnavailable, StoreUnavailable
from state.store.redis import Store

FRESH_SECONDS: Final = 1.0  # for which a look is believed
PROBE_TIMEOUT_SECONDS: Final = 2.0  # for both, which are tried at once
LIFE_SECONDS: Final = 60.0  # of the session that is written
NAME: Final = "ready"
HEARTBEATS: Final = {dialect: upsert(dialect, heartbeats) for dialect in ("sqlite", "postgresql")}
log = structlog.get_logger("zin")


@dataclass(frozen=True, slots=True)
class ReadinessStatus:
    """What can be written now: sessions in Valkey, rows in SQL."""

    sessions: bool
    rows: bool

    def __bool__(self) -> bool:
        return self.sessions and self.rows

    @property
    def missing(self) -> str:
        """What cannot be written, in words that name nothing and nobody."""
        return ", ".join(name for name in ("sessions", "rows") if not getattr(self, name))


class Readiness:
    """Looks once for all who ask at the same time, and once a second at most."""

    def __init__(self, store: Store, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        """clock is in seconds and never steps back."""
        self._clock, self._looking = clock, asyncio.Lock()
        self._sessions = _Probe("sessions", lambda: store.compare_and_set(NAME, b"", b"1", LIFE_SECONDS))
        self._rows = _Probe("rows", lambda: _write(database))
        self._found, self._old_at = ReadinessStatus(sessions=False, rows=False), clock()

    async def check(self) -> ReadinessStatus:
        """What can be written now, or could a second ago."""
        async with self._looking:  # who comes meanwhile waits for the same look
            if self._clock() >= self._old_at:
                sessions, rows = await asyncio.gather(self._sessions.succeeds(), self._rows.succeeds())
                self._found, self._old_at = ReadinessStatus(sessions, rows), self._clock() + FRESH_SECONDS
            return self._found

    async def close(self) -> None:
        """Wait for nothing any more."""
        await asyncio.gather(self._sessions.close(), self._rows.close())


class _Probe:
    """One kind of write. One that hangs is waited for again and not joined by a second one."""

    def __init__(self, name: str, write: Callable[[], Coroutine[Any, Any, object]]) -> None:
        self._name, self._write = name, write
        self._writing: asyncio.Task[object] | None = None
        self._said = ""

    async def succeeds(self) -> bool:
        writing = self._writing = self._writing or asyncio.create_task(self._write())
        done, _ = await asyncio.wait((writing,), timeout=PROBE_TIMEOUT_SECONDS)
        if not done:
            return self._outcome(f"no answer within {PROBE_TIMEOUT_SECONDS} s")
        self._writing = None
        failure = writing.exception()
        if failure is None:
            return self._outcome("")
        if not isinstance(failure, (StoreUnavailable, SourceUnavailable)):
            log.error("probe failed", part=self._name, exc_info=failure)
        return self._outcome(str(failure) or type(failure).__name__)

    async def close(self) -> None:
        if self._writing:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)

    def _outcome(self, why: str) -> bool:
        """Say in the log why it fails, once until that changes; gives whether it succeeds."""
        if why != self._said:
            log.error("not ready", part=self._name, why=why) if why else log.info("ready again", part=self._name)
        self._said = why
        return not why


async def _write(database: Database) -> None:
    await database.write(
        HEARTBEATS[database.dialect], name=NAME, written_at=time.time_ns()
    )  # SQLite writes nothing for an equal row
