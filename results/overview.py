"""Lists the sessions with their result sets and publications, for operators.

It reads the database at each call. Citizens are answered from memory (results/published.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select

from database import tables
from database.interface import Database, Row
from state.errors import ZinError

MAX_SESSIONS: Final = 200  # sessions, the newest first
_S, _T, _P = tables.exam_sessions.c, tables.result_sets.c, tables.publications.c
_OF_A_SET: Final = [_T[name] for name in ("id", "session", "sha256", "rows", "state", "imported_by", "imported_at",
                                          "approved_by", "approved_at")]  # fmt: skip
SESSIONS: Final = select(tables.exam_sessions).order_by(_S.year.desc(), _S.code).limit(MAX_SESSIONS)
SETS: Final = select(*_OF_A_SET).order_by(_T.imported_at.desc(), _T.id.desc())
PUBLICATIONS: Final = (  # deed 0: a row that Zin made itself, without an operator's action
    select(_P.session, _P["deed"], _P.department, _P.result_set, _P.publish_at, _P.withdrawn_at)
    .where(_P.ended_at.is_(None), _P.publish_at.is_not(None), _P["deed"] != 0)
    .order_by(_P["deed"], _P.department)
)
ONE: Final = select(*_OF_A_SET, _T.report).where(_T.id == bindparam("named"))


class NoSuchSet(ZinError):
    """There is no result set with this id."""

    @classmethod
    def for_name(cls, named: str) -> NoSuchSet:
        """Return the error for this id, with a French text."""
        return cls(f"Il n'y a pas de fichier importé sous le nom {named}.")


@dataclass(frozen=True, slots=True)
class ResultSet:
    """An imported file. Times are Unix seconds; `approved_by` is empty before approval."""

    id: str
    session: str
    sha256: str
    rows: int
    state: str  # draft, approved or discarded
    imported_by: str
    imported_at: int
    approved_by: str
    approved_at: int | None


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """A result set with its hour of publication for these departments; an empty list means all other seats."""

    departments: Sequence[str]
    result_set: str
    publish_at: int
    withdrawn_at: int | None


@dataclass(frozen=True, slots=True)
class SessionOverview:
    """A session with its result sets, the newest first, and its current publications, withdrawn ones included.

    `departments` are those that can be withdrawn separately.
    """

    code: str
    sample: bool
    sets: Sequence[ResultSet]
    publications: Sequence[PublicationRow]
    departments: Sequence[str] = ()
    is_closed: bool = False

    def standing(self, found: ResultSet, now: float) -> str:
        """Return the state of a set as citizens know it: its own, or published, planned or withdrawn at this time."""
        own = [one for one in self.publications if one.result_set == found.id]
        current = [one.publish_at for one in own if one.withdrawn_at is None]
        if current:
            return "published" if min(current) <= now else "planned"
        return "withdrawn" if own else found.state

    @property
    def is_withdrawable(self) -> bool:
        """Whether at least one publication is not withdrawn yet."""
        return any(one.withdrawn_at is None for one in self.publications)


async def load_overview(database: Database) -> list[SessionOverview]:
    """Load all sessions, at most MAX_SESSIONS, the newest first. Raises SourceUnavailable."""
    sessions = await database.rows(SESSIONS)
    sets, publications = _by_session(await database.rows(SETS)), _by_session(await database.rows(PUBLICATIONS))
    return [
        SessionOverview(
            row["code"],
            bool(row["sample"]),
            [ResultSet(**one) for one in sets.get(row["code"], [])],
            publication_rows(rows := publications.get(row["code"], [])),
            sorted(one["department"] for one in rows if one["department"] and one["withdrawn_at"] is None),
            row["closed_at"] is not None,
        )
        for row in sessions
    ]


async def find_result_set(database: Database, named: str) -> tuple[ResultSet, str]:
    """Return one result set and its import report as JSON. Raises NoSuchSet and SourceUnavailable."""
    found = await database.rows(ONE, named=named)
    if not found:
        raise NoSuchSet.for_name(named)
    row: dict[str, Any] = dict(found[0])
    report = str(row.pop("report"))
    return ResultSet(**row), report


def publication_rows(rows: Sequence[Row]) -> list[PublicationRow]:
    """Group the current publications of a session that one action made and that have the same withdrawal time."""
    groups: dict[tuple[int, int | None], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["deed"], row["withdrawn_at"]), []).append(row)
    return [_publication_row(one) for one in groups.values()]


def _publication_row(rows: Sequence[Row]) -> PublicationRow:
    departments = [row["department"] for row in rows]
    first = rows[0]
    return PublicationRow(
        [] if "" in departments else departments, first["result_set"], first["publish_at"], first["withdrawn_at"]
    )


def _by_session(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["session"], []).append(row)
    return found
