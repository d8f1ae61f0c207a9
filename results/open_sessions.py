"""Reads the sessions of exams that are open, and what is published of each, from SQL."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import and_, exists, or_, select

from database import tables
from database.interface import Database
from results.publications import Publication, Session

MAX_SESSIONS: Final = 200
_S, _P, _T = tables.exam_sessions.c, tables.publications.c, tables.result_sets.c

_HOURS = select(_P.number).where(_P.session == _S.code, _P.publish_at.is_not(None))
_SETS = select(_T.id).where(_T.session == _S.code)
# Open sessions with a publication hour, and the sample session, which has no result set.
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


async def read_sessions(database: Database) -> Mapping[str, Session]:
    """Return the open sessions by code, each with its current publications. Raises SourceUnavailable."""
    sessions, published = await asyncio.gather(database.rows(SESSIONS), database.rows(PUBLICATIONS))
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
