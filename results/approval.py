"""Import and approval of result files, by two different people.

    draft -> approved
      +----> discarded

An importer stores a file as a draft. Another operator, an approver, enters the checksum of the original file and, from
the paper list, the verdicts of randomly drawn seats (results/approval_sample.py). The answer only says whether all of
it matches the draft, and three attempts are allowed. Each action and its audit entry are one transaction.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from itertools import islice
from typing import Any, Final

from accounts.accounts import Operator
from accounts.audit import Audit, AuditEvent
from accounts.refusals import attempt, record_within
from database import tables
from database.interface import Database, Row, Writer
from reporting.time_zone import zone
from results import queries as sql
from results.approval_sample import FORGET, MAX_TRIES, are_right, count_wrong, draw_seats, tries_left
from results.ministries import NONE_KNOWN, Ministries, require_own
from results.refusals import PublicationRefused, record_refusals, require_role

OUT: Final = f"{MAX_TRIES} essais sans succès : il faut un autre approbateur, ou importer de nouveau ce fichier."
MISMATCH: Final = "Cela ne correspond pas au fichier importé : reprenez le fichier d'origine et relisez la liste."
Clock = Callable[[], float]
BATCH: Final = 5000  # rows of one insert


@dataclass(frozen=True, slots=True)
class ExamSession:
    """One session of an exam, e.g. bac 2026, or bac 2026 remplacement."""

    exam: str
    year: int
    session: str = ""
    sample: bool = False

    @property
    def code(self) -> str:
        """The id of the session, e.g. bac-2026-remplacement."""
        return "-".join(filter(None, (self.exam, str(self.year), self.session)))


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was read without errors: its checksum, its rows as columns of the database, and the import report."""

    sha256: str
    rows: Iterable[Row] = field(repr=False)
    many: int
    report: str = field(repr=False)


class Approval:
    """The actions that turn a file into an approved result set, in one database. `clock` gives Unix seconds.

    ministries are those of the exams, without which an operator of a ministry may do nothing. Each action raises
    PublicationRefused if a rule forbids it, and SourceUnavailable. In both cases nothing was changed.
    """

    def __init__(
        self, database: Database, *, production: bool, clock: Clock = time.time, ministries: Ministries = NONE_KNOWN
    ) -> None:
        self._database, self._production, self._clock, self._ministries = database, production, clock, ministries
        self._audit = Audit(database, clock)

    async def store_draft(self, by: Operator, session: ExamSession, file: Draft) -> str:
        """Store a whole file as a draft, and return the id of the result set."""
        async with self.attempt(by, "results import", session.code), self._database.exclusive_transaction() as writer:
            require_role(by, "importer")
            self._require_year(session)
            await writer.insert_once(tables.exam_sessions, _columns(session))
            many = (await writer.rows(sql.MANY, of=session.code))[0]["many"]
            set_id, now = f"{session.code}.{many + 1}", int(self._clock())
            columns = {"id": set_id, "session": session.code, "sha256": file.sha256, "rows": file.many}
            columns |= {"state": "draft"}
            people = {"imported_by": by.name, "imported_at": now, "approved_by": "", "approved_at": None}
            await writer.rows(sql.ADD, **columns, **people, report=file.report)
            rows = ({**row, "result_set": set_id} for row in file.rows)
            while batch := list(islice(rows, BATCH)):
                await writer.add(tables.exam_results, batch)
            await self._record(writer, by, "results import", set_id, sha256=file.sha256, rows=str(file.many))
        return set_id

    @record_refusals("results discard")
    async def discard(self, by: Operator, named: str) -> None:
        """Discard a draft that will not be approved, and delete its rows."""
        async with self._database.exclusive_transaction() as writer:
            require_role(by, "importer", "approver")
            found = await self._find_set(writer, named)
            if by.role == "importer" and found["imported_by"] != by.name:
                raise PublicationRefused(f"Il n'y a pas de fichier importé sous le nom {named}.")
            if not await writer.rows(sql.DISCARD, named=named):
                raise PublicationRefused(f"{named} n'est pas un brouillon : seul un brouillon peut être abandonné.")
            await writer.rows(sql.FORGET_ROWS, named=named)
            await writer.rows(FORGET, named=named)
            await self._record(writer, by, "results discard", named)

    async def draw_seats(self, by: Operator, named: str) -> tuple[str, ...]:
        """Return the seats of a draft whose verdicts this approver must read from the paper list; always the same
        seats.
        """
        require_own(by, named, self._ministries)
        async with self._database.exclusive_transaction() as writer:
            await self._require_approver(writer, by, named)
        return await draw_seats(self._database, named, by.name)

    @record_refusals("results approve")
    async def approve(self, by: Operator, named: str, sha256: str, seen: Mapping[str, str]) -> None:
        """Approve a draft; an operator cannot approve a file that they imported.

        `seen` has the verdict of every seat that `draw_seats` returned, read from the paper list. A refusal does not
        say whether the checksum or a verdict was wrong, nor how many.
        """
        seats = await self.draw_seats(by, named)
        if not sha256.strip() or not all(seen.get(seat) for seat in seats):
            raise PublicationRefused("Il faut l'empreinte du fichier, et le verdict de chaque numéro de table.")
        async with self._database.exclusive_transaction() as writer:
            found = await self._require_approver(writer, by, named)
            is_right = await are_right(writer, named, seats, seen)
            is_right &= compare_digest(sha256.strip().lower().encode(errors="replace"), found["sha256"].encode())
            refused = None if is_right else await self._refuse(writer, by, named)
            if not refused:
                await writer.rows(sql.APPROVE, named=named, by=by.name, now=int(self._clock()))
                await writer.rows(FORGET, named=named)
                details = {"sha256": found["sha256"], "seats": str(len(seats))}
                await self._record(writer, by, "results approve", named, **details)
        if refused:  # raised after the transaction, so that the attempt is counted
            raise refused

    async def sets(self, session: str) -> list[Row]:
        """Return every result set of a session as database rows, the oldest first."""
        return list(await self._database.rows(sql.SETS, of=session))

    async def _require_approver(self, writer: Writer, by: Operator, named: str) -> Row:
        """Return the draft if this operator may approve it. Raises PublicationRefused."""
        require_role(by, "approver")
        found = await self._find_set(writer, named)
        if found["imported_by"] == by.name:
            raise PublicationRefused("Qui a importé un fichier ne peut pas l'approuver : il faut une seconde personne.")
        if found["state"] != "draft":
            raise PublicationRefused(f"{named} n'est plus un brouillon.")
        await self._refuse_sample(writer, found["session"])
        if not await tries_left(writer, named, by.name):
            raise PublicationRefused(OUT)
        return found

    async def _refuse(self, writer: Writer, by: Operator, named: str) -> PublicationRefused:
        """Count and record a wrong answer in the transaction that compared it, so that parallel attempts are all
        counted.
        """
        left = await count_wrong(writer, named, by.name)
        refused = PublicationRefused(f"{MISMATCH} {f'Essais restants : {left}.' if left else OUT}")
        event = AuditEvent(by.name, "results approve", named)
        await record_within(writer, self._audit, event, str(refused), is_bounded=False)
        refused.is_recorded = True
        return refused

    def _require_year(self, session: ExamSession) -> None:
        if abs(session.year - datetime.fromtimestamp(self._clock(), zone()).year) > 1:
            raise PublicationRefused(
                f"{session.year} : une session est de cette année, de la précédente ou de la suivante."
            )

    async def _find_set(self, writer: Writer, named: str) -> Row:
        found = await writer.rows(sql.ONE, named=named)
        if not found:
            raise PublicationRefused(f"Il n'y a pas de fichier importé sous le nom {named}.")
        return found[0]

    async def _refuse_sample(self, writer: Writer, session: str) -> None:
        found = await writer.rows(sql.SESSION, called=session)
        if self._production and found[0]["sample"]:
            raise PublicationRefused("Ce sont des données d'exemple : elles ne se publient pas en production.")

    @asynccontextmanager
    async def attempt(self, by: Operator, action: str, subject: str) -> AsyncIterator[None]:
        """Record each refusal inside this context in the audit; the first is of an exam of another ministry."""
        async with attempt(self._audit, by.name, action, subject):
            require_own(by, subject, self._ministries)
            yield

    async def _record(self, writer: Writer, by: Operator, action: str, subject: str, **details: str) -> None:
        given = {name: value for name, value in details.items() if value}
        await self._audit.add_within(writer, AuditEvent(by.name, action, subject, given))


def _columns(session: ExamSession) -> dict[str, Any]:
    fields = {"exam": session.exam, "year": session.year, "session": session.session, "sample": session.sample}
    return {"code": session.code, "closed_at": None, **fields}
