"""What there is of each session: the files that were brought, how far each came, and what is told of it and when.

For operators, who look now and then; what citizens are told comes from memory (results/board.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select

from registry import tables
from registry.database import Database, Row
from state.errors import ZinError

MOST: Final = 200  # sessions, the newest first
_S, _T, _P = tables.exam_sessions.c, tables.result_sets.c, tables.publications.c
_OF_A_SET: Final = [_T[name] for name in ("id", "session", "sha256", "rows", "state", "imported_by", "imported_at",
                                          "approved_by", "approved_at")]  # fmt: skip
SESSIONS: Final = select(tables.exam_sessions).order_by(_S.year.desc(), _S.code).limit(MOST)
SETS: Final = select(*_OF_A_SET).order_by(_T.imported_at.desc(), _T.id.desc())
TOLD: Final = select(_P.session, _P.department, _P.result_set, _P.publish_at, _P.withdrawn_at).order_by(
    _P.department, _P.publish_at
)
ONE: Final = select(*_OF_A_SET, _T.report).where(_T.id == bindparam("named"))


class NoSuchSet(ZinError):
    """Nobody brought a file that bears this name."""


@dataclass(frozen=True, slots=True)
class ResultSet:
    """A file that was brought. Times are Unix seconds; approved_by is empty before."""

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
class Told:
    """That a set is told from an hour on, to one department or, where that is empty, to all others."""

    department: str
    result_set: str
    publish_at: int
    withdrawn_at: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """A session, its sets, the newest first, and its publications, the withdrawn ones too."""

    code: str
    sample: bool
    sets: Sequence[ResultSet]
    told: Sequence[Told]

    @property
    def withdrawable(self) -> list[Told]:
        return [one for one in self.told if one.withdrawn_at is None]


async def overview(database: Database) -> list[Known]:
    """Every session. Raises SourceUnavailable."""
    sessions = await database.rows(SESSIONS)
    sets, told = _by_session(await database.rows(SETS)), _by_session(await database.rows(TOLD))
    return [
        Known(
            row["code"],
            bool(row["sample"]),
            [ResultSet(**one) for one in sets.get(row["code"], [])],
            [_told(one) for one in told.get(row["code"], [])],
        )
        for row in sessions
    ]


async def look(database: Database, named: str) -> tuple[ResultSet, str]:
    """One set, and what its import reported, as JSON. Raises NoSuchSet and SourceUnavailable."""
    found = await database.rows(ONE, named=named)
    if not found:
        raise NoSuchSet(f"Il n'y a pas de fichier importé sous le nom {named}.")
    row: dict[str, Any] = dict(found[0])
    report = str(row.pop("report"))
    return ResultSet(**row), report


def _told(row: Row) -> Told:
    return Told(row["department"], row["result_set"], row["publish_at"], row["withdrawn_at"])


def _by_session(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["session"], []).append(row)
    return found
