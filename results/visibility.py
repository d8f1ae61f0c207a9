"""Which result sets an operator may see: those of their ministry, and a draft only its importer and approvers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import bindparam, or_, select

from accounts.accounts import Operator
from accounts.audit import AuditEntry
from database import tables
from database.interface import Database
from results.ministries import NONE_KNOWN, Ministries, ministry_of_set
from results.overview import NoSuchSet, ResultSet, SessionOverview, find_result_set

PAGE: Final = "/bureau/resultats/"  # prefix of the audit subject of a refused form about a set
HIDDEN: Final = "brouillon"
CHECKSUM_HIDDEN: Final = "masquée jusqu'à l'approbation"
_P, _T = tables.publications.c, tables.result_sets.c
# Sets whose hour came while they were neither withdrawn nor replaced.
PUBLIC: Final = select(_P.result_set).where(
    _P.publish_at <= bindparam("now"),
    or_(_P.withdrawn_at.is_(None), _P.withdrawn_at > _P.publish_at),
    or_(_P.ended_at.is_(None), _P.ended_at > _P.publish_at),
)
UNAPPROVED: Final = select(_T.id, _T.state, _T.sha256, _T.imported_by).where(_T.state != "approved")


@dataclass(frozen=True, slots=True)
class Visibility:
    """What one operator may see; `by` is None without an account. `public` has the ids of sets that citizens could
    read.

    `checksums` are still secret: those of drafts, and of discarded files that may be imported again. `ministries` are
    those of the exams.
    """

    by: Operator | None
    public: Collection[str]
    checksums: Collection[str] = ()
    ministries: Ministries = field(default_factory=dict)

    def is_of_own(self, session: str) -> bool:
        """Whether a session is of an exam that this operator may see."""
        return self.by is None or self.by.scope.may_see(ministry_of_set(session, self.ministries))

    def is_visible(self, found: ResultSet) -> bool:
        """Whether this operator may see the result set."""
        if not self.is_of_own(found.session):
            return False
        return found.id in self.public or is_involved(self.by, found.imported_by)

    def is_checksum_visible(self, found: ResultSet) -> bool:
        """Whether this operator imported the set, or its checksum is not secret any more."""
        brought = self.by is not None and self.by.name == found.imported_by
        return brought or found.sha256 not in self.checksums

    def filter_sessions(self, sessions: Sequence[SessionOverview]) -> list[SessionOverview]:
        """Return the sessions with only the result sets that this operator may see, without empty sessions."""
        own = [one for one in sessions if self.is_of_own(one.code)]
        shown = [replace(one, sets=[found for found in one.sets if self.is_visible(found)]) for one in own]
        return [one for one in shown if one.sets or one.publications or one.sample]


def is_involved(by: Operator | None, imported_by: str) -> bool:
    """Whether this operator imported the set, or is an approver."""
    return by is not None and (by.role == "approver" or by.name == imported_by)


async def load_visibility(
    database: Database, by: Operator | None, now: float, ministries: Ministries = NONE_KNOWN
) -> Visibility:
    """Load what this operator may see at `now` (Unix seconds). Raises SourceUnavailable."""
    public = {row["result_set"] for row in await database.rows(PUBLIC, now=int(now))}
    return Visibility(by, public, {row["sha256"] for row in await database.rows(UNAPPROVED)}, ministries)


async def find_visible_set(database: Database, named: str, shown: Visibility) -> tuple[ResultSet, str]:
    """Return one set and its report. Raises NoSuchSet, also for a set that is not visible, and SourceUnavailable."""
    found, report = await find_result_set(database, named)
    if not shown.is_visible(found):
        raise NoSuchSet.for_name(named)
    return found, report


async def visible_entries(database: Database, entries: Sequence[AuditEntry], by: Operator | None) -> list[AuditEntry]:
    """Hide details of drafts in audit entries; the stored chain does not change. Raises SourceUnavailable."""
    unapproved = {row["id"]: row for row in await database.rows(UNAPPROVED)}
    checksums = {row["sha256"] for row in unapproved.values()}

    def shown() -> Iterator[AuditEntry]:
        for entry in entries:
            found = unapproved.get(entry.subject.removeprefix(PAGE).partition("/")[0])
            if found and not is_involved(by, found["imported_by"]):
                yield replace(entry, subject=HIDDEN, details={})
            elif entry.details.get("sha256") in checksums:
                yield replace(entry, details={**entry.details, "sha256": CHECKSUM_HIDDEN})
            else:
                yield entry

    return list(shown())
