"""What is published now: asked for each look-up, and answered from memory.

    publications              -> which sets are told of whom, read anew every second (results/publications.py)
    result_sets, exam_results -> the rows of a set, in memory before their hour (results/result_cache.py)

Until its hour a session's results are not even looked at, wherever they are kept: an answer cannot tell, by its words
or its time, whether a seat is among them. When the registry does not answer, what was published goes on being told for
a while; longer, and nothing is told, since it may have been withdrawn. How long that is comes from a clock that nobody
sets, so that a withdrawal is seen within a second whatever the time of day is said to be.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import structlog
from sqlalchemy import and_, exists, or_, select

from database import tables
from database.interface import Database
from results.publications import OTHERS, Publication, Session
from results.result_cache import ResultSetCache
from results.result_index import Row
from state.errors import SourceUnavailable

FRESH_SECONDS: Final = 1.0  # seconds after which publications are read anew
STALE_SECONDS: Final = 30.0  # seconds for which they are believed while the registry does not answer
MAX_SESSIONS: Final = 200
log = structlog.get_logger()
_S, _P, _T = tables.exam_sessions.c, tables.publications.c, tables.result_sets.c

_HOURS = select(_P.number).where(_P.session == _S.code, _P.publish_at.is_not(None))
_SETS = select(_T.id).where(_T.session == _S.code)
# Those of which an approved set was given an hour, and which nobody closed; and what is made up to have none yet.
SESSIONS: Final = (
    select(tables.exam_sessions)
    .where(_S.closed_at.is_(None), or_(exists(_HOURS), and_(_S.sample, ~exists(_SETS))))
    .order_by(_S.year.desc(), _S.code)
    .limit(MAX_SESSIONS)
)
PUBLICATIONS: Final = (
    select(_P.number, _P.session, _P.department, _P.result_set, _P.publish_at, _P.withdrawn_at, _P.why, _T.rows)
    .join(tables.result_sets, _T.id == _P.result_set)
    .where(_P.ended_at.is_(None))
    .order_by(_P.session, _P.number.desc())
)


@dataclass(frozen=True, slots=True)
class Result:
    """What is told of a seat; why it differs from what was told before, if it does. Printing it tells nothing.

    publication is the number of the one that it is told by. Of a seat that is in no list there are no facts.
    """

    verdict: str = field(repr=False)
    mention: str = field(repr=False)
    series: str = field(repr=False)
    centre: str = field(repr=False)
    why: str = field(repr=False)
    publication: int
    is_listed: bool = True


class Unpublished(Exception):
    """Nothing is told of this session, or not of every seat, yet."""


class PublishedResults:
    """The published results of one registry.

    now gives Unix seconds, and says whether an hour has come. monotonic gives seconds that nobody sets, and says how
    long ago publications were read.
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
        """Every session, the newest year first; the same object as long as nothing changed."""
        await self._current_sessions()
        return self._listed

    async def find(self, session: str, seat: str) -> tuple[Session, Result]:
        """What is published of a seat. Of a session that is not listed nothing is, whether there is one or not.

        Raises Unpublished and SourceUnavailable.
        """
        known = (await self._current_sessions()).get(session)
        if known is None:
            raise Unpublished
        now = self.now()
        for named in known.public_sets(now):
            row = await self._cache.row(named, seat)
            told_by = known.publication_for(row.department) if row else None
            if row and told_by and told_by.result_set == named and told_by.is_public(now):
                return known, await self._result(told_by, row)
        if not known.is_fully_published(now):  # it may be one of those of whom nothing is told now
            raise Unpublished
        return known, await self._in_no_list(known, seat)

    async def _result(self, told_by: Publication, row: Row) -> Result:
        why = told_by.why if told_by.why and await self._cache.is_changed(told_by, row.seat) else ""
        return Result(row.verdict, row.mention, row.series, row.centre, why, told_by.number)

    async def _in_no_list(self, known: Session, seat: str) -> Result:
        """What is told of a seat that is in no list; a correction may have taken it out of one."""
        why = ""
        for one in known.publications.values():
            if not why and await self._cache.is_changed(one, seat):
                why = one.why
        return Result("", "", "", "", why, known.publications[OTHERS].number, is_listed=False)

    async def wait_until_filled(self) -> None:
        """Wait until what is published, or soon will be, is in memory."""
        await self._current_sessions()
        await self._cache.wait_until_filled()

    async def close(self) -> None:
        await self._cache.close()

    async def _current_sessions(self) -> Mapping[str, Session]:
        now = self._monotonic()
        if now - self._tried_at < FRESH_SECONDS:
            return self._trusted_sessions()
        if self._reading.locked() and now - self._read_at <= STALE_SECONDS:
            return self._sessions  # somebody is asking: what is known is told meanwhile, however long that takes
        async with self._reading:
            now = self._monotonic()
            if now - self._tried_at >= FRESH_SECONDS:
                await self._renew(now)
                self._tried_at = now  # a registry that does not answer is asked once a second, not by everybody
        return self._trusted_sessions()

    def _trusted_sessions(self) -> Mapping[str, Session]:
        if self._monotonic() - self._read_at > STALE_SECONDS:
            raise SourceUnavailable("what is published was not read for too long")
        return self._sessions

    async def _renew(self, now: float) -> None:
        try:
            sessions, self._read_at = await self._read(), now
        except SourceUnavailable as down:
            log.warning("publications not read", why=str(down))
            return
        if sessions != self._sessions:
            self._sessions, self._listed = sessions, tuple(sessions.values())
        every = (one for session in self._sessions.values() for one in session.publications.values())
        self._cache.select(every, self.now())

    async def _read(self) -> Mapping[str, Session]:
        sessions, published = await asyncio.gather(self._database.rows(SESSIONS), self._database.rows(PUBLICATIONS))
        about: dict[str, dict[str, Publication]] = {}
        for row in published:
            one = Publication(
                row["number"],
                row["department"],
                row["result_set"],
                row["publish_at"],
                row["withdrawn_at"] is not None,
                row["why"],
                row["rows"],
            )
            about.setdefault(row["session"], {})[one.department] = one
        return {
            row["code"]: Session(
                row["code"],
                row["exam"],
                row["year"],
                row["session"],
                bool(row["sample"]),
                MappingProxyType(about.get(row["code"], {})),
            )
            for row in sessions
        }
