"""How a file of results is brought and approved: whole, and by two people.

    draft -> approved
      +----> discarded

An importer brings a file as a draft. Somebody else, an approver, gives the checksum of the file and ten verdicts read
from the paper list, which must be those of the draft. Each deed and its entry in the audit are one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from itertools import islice
from typing import Any, Final

from operators.accounts import Operator
from operators.audit import Audit, Deed
from registry import tables
from registry.database import Database, Row, Writer
from results import statements as sql
from state.errors import ZinError

SEATS_TO_CHECK: Final = 10
BATCH: Final = 5000  # rows written at once


class NotAllowed(ZinError):
    """An operator asked for what the rules of publication forbid; the words say which one, and what to do."""


@dataclass(frozen=True, slots=True)
class ExamSession:
    """One exam's session, e.g. bac 2026, or bac 2026 remplacement."""

    exam: str
    year: int
    session: str = ""
    sample: bool = False

    @property
    def code(self) -> str:
        return "-".join(filter(None, (self.exam, str(self.year), self.session)))


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was read and found sound: its checksum, its rows in the columns of the registry, and the report."""

    sha256: str
    rows: Iterable[Row] = field(repr=False)
    many: int
    report: str = field(repr=False)


class Approval:
    """The deeds that make a file an approved set, over one registry. clock gives Unix seconds.

    Each raises NotAllowed for what the rules forbid, and SourceUnavailable; then nothing was changed.
    """

    def __init__(self, database: Database, *, production: bool, clock: Callable[[], float] = time.time) -> None:
        self._database, self._production, self._clock = database, production, clock
        self._audit = Audit(database, clock)

    async def draft(self, by: Operator, session: ExamSession, file: Draft) -> str:
        """Keep a file whole, as a draft; gives the name of the set."""
        require_role(by, "importer")
        async with self._database.alone() as writer:
            await writer.rows(sql.OPEN_SESSION[self._database.dialect], **_columns(session))
            many = (await writer.rows(sql.MANY, of=session.code))[0]["many"]
            named, now = f"{session.code}.{many + 1}", int(self._clock())
            kept = {"id": named, "session": session.code, "sha256": file.sha256, "rows": file.many, "state": "draft"}
            who = {"imported_by": by.name, "imported_at": now, "approved_by": "", "approved_at": None}
            await writer.rows(sql.ADD, **kept, **who, report=file.report)
            rows = ({**row, "result_set": named} for row in file.rows)
            while batch := list(islice(rows, BATCH)):
                await writer.add(tables.exam_results, batch)
            await self._keep(writer, by, "results import", named, sha256=file.sha256, rows=str(file.many))
        return named

    async def discard(self, by: Operator, named: str) -> None:
        """Let go of a draft that will not be approved."""
        require_role(by, "importer", "approver")
        async with self._database.alone() as writer:
            if not await writer.rows(sql.DISCARD, named=named):
                raise NotAllowed(f"{named} n'est pas un brouillon : seul un brouillon peut être abandonné.")
            await writer.rows(sql.FORGET_ROWS, named=named)
            await self._keep(writer, by, "results discard", named)

    async def approve(self, by: Operator, named: str, sha256: str, seen: Mapping[str, str]) -> None:
        """Vouch for a draft, as somebody who did not bring it; seen are verdicts by seat, read from the paper list."""
        require_role(by, "approver")
        async with self._database.alone() as writer:
            found = await self._find_set(writer, named)
            if found["imported_by"] == by.name:
                raise NotAllowed("Qui a importé un fichier ne peut pas l'approuver : il faut une seconde personne.")
            await self._refuse_sample(writer, found["session"])
            if not compare_digest(sha256.strip().lower().encode(errors="replace"), found["sha256"].encode()):
                raise NotAllowed("L'empreinte n'est pas celle du fichier importé : vérifiez que c'est le même fichier.")
            await self._compare(writer, named, seen)
            if not await writer.rows(sql.APPROVE, named=named, by=by.name, now=int(self._clock())):
                raise NotAllowed(f"{named} n'est plus un brouillon.")
            await self._keep(writer, by, "results approve", named, sha256=found["sha256"], seats=str(len(seen)))

    async def sets(self, session: str) -> list[Row]:
        """Every set of a session, the oldest first, as the registry has them."""
        return list(await self._database.rows(sql.SETS, of=session))

    async def _compare(self, writer: Writer, named: str, seen: Mapping[str, str]) -> None:
        if len(seen) < SEATS_TO_CHECK:
            raise NotAllowed(f"Il faut {SEATS_TO_CHECK} numéros de table avec leur verdict, lus sur la liste affichée.")
        wrong = 0
        for seat, verdict in seen.items():
            found = await writer.rows(sql.SEAT, named=named, called=seat)
            wrong += not found or found[0]["verdict"] != verdict
        if wrong:  # which ones is not said: the list is read again, and not adjusted
            raise NotAllowed(f"{wrong} verdict(s) sur {len(seen)} ne sont pas ceux du fichier : relisez la liste.")

    async def _find_set(self, writer: Writer, named: str) -> Row:
        found = await writer.rows(sql.ONE, named=named)
        if not found:
            raise NotAllowed(f"Il n'y a pas de fichier importé sous le nom {named}.")
        return found[0]

    async def _refuse_sample(self, writer: Writer, session: str) -> None:
        found = await writer.rows(sql.SESSION, called=session)
        if self._production and found[0]["sample"]:
            raise NotAllowed("Ce sont des données d'exemple : elles ne se publient pas en production.")

    async def _keep(self, writer: Writer, by: Operator, action: str, subject: str, **details: str) -> None:
        told = {name: value for name, value in details.items() if value}
        await self._audit.add_within(writer, Deed(by.name, action, subject, told))


def require_role(by: Operator, *roles: str) -> None:
    if by.role not in roles:
        wanted = " ou ".join({"importer": "importateur", "approver": "approbateur"}[role] for role in roles)
        raise NotAllowed(f"Il faut le rôle d'{wanted} ; {by.name} a celui de {by.role}.")


def _columns(session: ExamSession) -> dict[str, Any]:
    told = {"exam": session.exam, "year": session.year, "session": session.session, "sample": session.sample}
    return {"code": session.code, **told}
