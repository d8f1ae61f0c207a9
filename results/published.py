"""The published results, answered from memory.

    publications              -> which set answers for which seats, reloaded every second (results/open_sessions.py)
    result_sets, exam_results -> the rows of a set, in memory before their hour (results/result_cache.py)

Before the hour of publication the results are not searched at all, so neither the text nor the response time of an
answer shows whether a seat exists. If the database does not answer, the last publications stay valid for STALE_SECONDS;
after that no result is shown, since it may have been withdrawn. These delays use a monotonic clock, so that a
withdrawal is seen within a second even if the system time changes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from database.interface import Database
from results.open_sessions import read_sessions
from results.publications import OTHERS, Publication, Session
from results.result_cache import ResultSetCache
from results.result_index import Row
from state.errors import SourceUnavailable

FRESH_SECONDS: Final = 1.0  # after which publications are reloaded
STALE_SECONDS: Final = 30.0  # for which they stay valid while the database does not answer
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Result:
    """The published result of a seat. `why` is the reason if a correction changed it. Its repr hides the content.

    `seat` is the number as the list has it, `publication` that of the publication. If `is_listed` is False, the seat is
    in no list and the fields are "".
    """

    seat: str = field(repr=False)
    verdict: str = field(repr=False)
    mention: str = field(repr=False)
    series: str = field(repr=False)
    centre: str = field(repr=False)
    why: str = field(repr=False)
    publication: int
    is_listed: bool = True


class Unpublished(Exception):
    """No result of this session can be shown yet, or not for every seat."""


class PublishedResults:
    """The published results of one database.

    `now` gives Unix seconds and decides whether an hour has come. `monotonic` gives seconds of a monotonic clock and
    decides when publications are reloaded.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self.now, self._monotonic, self._cache = database, now, monotonic, ResultSetCache(database)
        self._sessions: Mapping[str, Session] = {}
        self._listed: tuple[Session, ...] = ()
        self._read_at = self._tried_at = float("-inf")
        self._reading = asyncio.Lock()

    async def sessions(self) -> Sequence[Session]:
        """Return every session, the newest year first; the same object as long as nothing changes."""
        await self._current_sessions()
        return self._listed

    async def find(self, session: str, seat: str) -> tuple[Session, Result]:
        """Return the session and the published result of a seat; a session that is not listed counts as unpublished.

        A seat that is in no list may be one that is, with another count of zeros in front, if there is only one.
        Raises Unpublished and SourceUnavailable.
        """
        known = (await self._current_sessions()).get(session)
        if known is None:
            raise Unpublished
        now = self.now()
        for set_id in known.public_sets(now):
            row = await self._cache.row(set_id, seat)
            if row and (publication := known.shown_from(set_id, row.department, now)):
                return known, await self._result(publication, row)
        if not known.is_fully_published(now):  # the seat may belong to an unpublished department
            raise Unpublished
        return known, await self._respelled(known, seat, now) or await self._in_no_list(known, seat)

    async def _respelled(self, known: Session, seat: str, now: float) -> Result | None:
        """Return the result of the only seat that differs from this one in zeros at the front, or None."""
        found: dict[str, tuple[Publication, Row]] = {}
        for set_id in known.public_sets(now):
            for row in await self._cache.respelled(set_id, seat):
                if publication := known.shown_from(set_id, row.department, now):
                    found[row.seat] = publication, row
        if len(found) != 1:  # of two seats, nobody knows which is meant
            return None
        return await self._result(*found.popitem()[1])

    async def _result(self, publication: Publication, row: Row) -> Result:
        why = publication.why if publication.why and await self._cache.is_changed(publication, row.seat) else ""
        return Result(row.seat, row.verdict, row.mention, row.series, row.centre, why, publication.number)

    async def _in_no_list(self, known: Session, seat: str) -> Result:
        """Return the result of a seat that is in no list, with the reason if a correction removed it."""
        why = ""
        for one in known.publications.values():
            if not why and await self._cache.is_changed(one, seat):
                why = one.why
        return Result(seat, "", "", "", "", why, known.publications[OTHERS].number, is_listed=False)

    async def wait_until_filled(self) -> None:
        """Wait until the result sets that are or soon will be published are in memory."""
        await self._current_sessions()
        await self._cache.wait_until_filled()

    async def close(self) -> None:
        """Stop filling the memory."""
        await self._cache.close()

    async def _current_sessions(self) -> Mapping[str, Session]:
        now = self._monotonic()
        if now - self._tried_at < FRESH_SECONDS:
            return self._trusted_sessions()
        if self._reading.locked() and now - self._read_at <= STALE_SECONDS:
            return self._sessions  # another task is reloading: use the known sessions meanwhile
        async with self._reading:
            now = self._monotonic()
            if now - self._tried_at >= FRESH_SECONDS:
                await self._renew(now)
                self._tried_at = now  # a database that does not answer is queried once a second, not by each request
        return self._trusted_sessions()

    def _trusted_sessions(self) -> Mapping[str, Session]:
        if self._monotonic() - self._read_at > STALE_SECONDS:
            raise SourceUnavailable("what is published was not read for too long")
        return self._sessions

    async def _renew(self, now: float) -> None:
        try:
            sessions, self._read_at = await read_sessions(self._database), now
        except SourceUnavailable as down:
            log.warning("publications not read", why=str(down))
            return
        if sessions != self._sessions:
            self._sessions, self._listed = sessions, tuple(sessions.values())
        every = (one for session in self._sessions.values() for one in session.publications.values())
        self._cache.select(every, self.now())
