"""What is published now: asked for each look-up, and answered from memory.

    publications              -> which sets are told, read anew every second
    result_sets, exam_results -> the rows of a set, in memory before their hour (results/kept.py)

Until its hour a session's results are not even looked at, wherever they are kept: an answer cannot tell, by its words
or its time, whether a seat is among them. When the registry does not answer, what was published goes on being told for
a while; longer, and nothing is told, since it may have been withdrawn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import structlog
from sqlalchemy import exists, or_, select

from registry import tables
from registry.database import Database
from results.kept import JOINT, Kept, Publication
from results.standings import Row
from state.errors import SourceUnavailable

FRESH: Final = 1.0  # seconds after which publications are read anew
STALE: Final = 30.0  # seconds for which they are believed while the registry does not answer
MOST_SESSIONS: Final = 200
log = structlog.get_logger()
_S, _P, _T = tables.exam_sessions.c, tables.publications.c, tables.result_sets.c

_SETS = select(_T.id).where(_T.session == _S.code)
# A session that was only opened by mistake, all of whose files were let go of, is nobody's to choose.
SESSIONS: Final = (
    select(tables.exam_sessions)
    .where(or_(~exists(_SETS), exists(_SETS.where(_T.state != "discarded"))))
    .order_by(_S.year.desc(), _S.code)
    .limit(MOST_SESSIONS)
)
PUBLICATIONS: Final = (
    select(_P.session, _P.department, _P.result_set, _P.publish_at, _P.withdrawn_at, _T.rows)
    .join(tables.result_sets, _T.id == _P.result_set)
    .order_by(_P.session, _P.department)
)


@dataclass(frozen=True, slots=True)
class Session:
    """One session of an exam, and what is published of it, or will be."""

    code: str
    exam: str
    year: int
    session: str
    publications: tuple[Publication, ...] = ()

    def holding(self, now: float) -> list[Publication]:
        """What is told now: of each department, that of the newest hour that has come."""
        newest: dict[str, Publication] = {}
        for one in sorted(self.publications, key=lambda one: one.publish_at):
            if one.holds(now):
                newest[one.department] = one
        return list(newest.values())

    @property
    def departments(self) -> set[str]:
        """Those that have an hour of their own, "" for all others, whether it has come or not."""
        return {one.department for one in self.publications}

    def tells(self, publication: Publication, row: Row) -> bool:
        """Whether this row is told by this publication: by that of its department, else by that of all others."""
        if publication.department:
            return row.department == publication.department
        return all(row.department != one.department for one in self.publications if one.department)


@dataclass(frozen=True, slots=True)
class Result:
    """What is told of a seat; why it differs from what was told before, if it does. Printing it tells nothing."""

    verdict: str = field(repr=False)
    mention: str = field(repr=False)
    series: str = field(repr=False)
    centre: str = field(repr=False)
    why: str = field(repr=False)


class Unpublished(Exception):
    """Nothing is told of this session, or not of every seat, yet."""


class Board:
    """The published results of one registry. now gives Unix seconds."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database, self.now, self._kept = database, now, Kept(database)
        self._sessions: Mapping[str, Session] = {}
        self._listed: tuple[Session, ...] = ()
        self._read_at = self._tried_at = float("-inf")
        self._reading = asyncio.Lock()

    async def sessions(self) -> Sequence[Session]:
        """Every session, the newest year first; the same object as long as nothing changed."""
        await self._fresh()
        return self._listed

    async def find(self, session: str, seat: str) -> tuple[Session, Result] | None:
        """What is published of a seat; None when the session is published, or not known, and the seat is not in it.

        Raises Unpublished and SourceUnavailable.
        """
        known = (await self._fresh()).get(session)
        if known is None:
            return None
        holding = known.holding(self.now())
        if not holding:
            raise Unpublished
        for publication in holding:
            row = await self._kept.row(publication.result_set, seat)
            if row and known.tells(publication, row):
                return known, _result(row)
        if len(holding) < len(known.departments):  # it may be of a department whose hour is still to come
            raise Unpublished
        return None

    async def filled(self) -> None:
        """Wait until what is published, or soon will be, is in memory."""
        await self._fresh()
        await self._kept.filled()

    async def close(self) -> None:
        await self._kept.close()

    async def _fresh(self) -> Mapping[str, Session]:
        now = self.now()
        if now - self._tried_at < FRESH:
            return self._believed()
        if self._reading.locked() and now - self._read_at <= STALE:
            return self._sessions  # somebody is asking: what is known is told meanwhile, however long that takes
        async with self._reading:
            now = self.now()
            if now - self._tried_at >= FRESH:
                await self._renew(now)
                self._tried_at = now  # a registry that does not answer is asked once a second, not by everybody
        return self._believed()

    def _believed(self) -> Mapping[str, Session]:
        if self.now() - self._read_at > STALE:
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
        self._kept.want((one for session in self._sessions.values() for one in session.publications), now)

    async def _read(self) -> Mapping[str, Session]:
        sessions, published = await asyncio.gather(self._database.rows(SESSIONS), self._database.rows(PUBLICATIONS))
        found = {row["code"]: Session(row["code"], row["exam"], row["year"], row["session"]) for row in sessions}
        for row in published:
            one = Publication(
                row["department"], row["result_set"], row["publish_at"], row["withdrawn_at"] is not None, row["rows"]
            )
            if of := found.get(row["session"]):
                found[of.code] = replace(of, publications=(*of.publications, one))
        return found


def _result(row: Row) -> Result:
    mention, _, why = row.mention.partition(JOINT)
    return Result(row.verdict, mention, row.series, row.centre, why)
