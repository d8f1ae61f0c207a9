"""Imports of files into registers, and their undoing: whole or not at all, in one transaction with the audit entry.

An import replaces the rows of its feed, or only adds and changes some (`is_update`). It says first what it would do.
Rows of other feeds are never touched: a key that belongs to another one refuses the whole file.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from accounts.accounts import Operator
from accounts.audit import Audit, AuditEvent
from accounts.refusals import attempt, record_within
from database.interface import Database, Row, Staged, Writer
from registers import statements as sql
from registers.reader import Read
from registers.register import Register, RegisterRefused
from registers.report import Differences, Report
from registers.subscribers import topics_of, waiting_topics, wake_subscribers
from reporting.french import format_count, format_number
from spreadsheets.rows_to_mend import RowsToMend
from state.identity import Pseudonyms

MAX_REMOVED_SHARE: Final = 0.1  # of the rows of a feed: more is removed only if its number is given
MAX_FOREIGN: Final = 20  # lines that are listed
ROLE: Final = "importer"
Done = Literal["refused", "tried", "unchanged", "stored"]


@dataclass(frozen=True, slots=True)
class Order:
    """How a file is imported.

    is_update: rows that the file lacks stay. removals is the number of removed rows that somebody agreed to.
    """

    is_update: bool = False
    is_trial: bool = False
    removals: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file, its report, why it was refused, if not for its rows, and the refused rows."""

    done: Done
    report: Report
    why: str = ""
    to_mend: RowsToMend = field(default_factory=RowsToMend, repr=False)


class RegisterImports:
    """Imports into the registers of one database. names makes the topics of subscriptions; clock gives Unix seconds.

    Each action raises RegisterRefused if a rule forbids it, and SourceUnavailable. In both cases nothing was changed.
    """

    def __init__(self, database: Database, names: Pseudonyms, clock: Callable[[], float] = time.time) -> None:
        self._database, self._names, self._clock = database, names, clock
        self._audit = Audit(database, clock)

    async def import_rows(self, by: Operator, register: Register, read: Read, order: Order) -> Imported:
        """Import the rows of a file that was read; a file with refused rows changes nothing."""
        if not read.report.is_sound:
            return Imported("refused", read.report, to_mend=read.to_mend)
        async with self._attempt(by, "registers import", register), self._staged(register, read) as writer:
            found = await self._differences(writer, register, order)
            report = replace(read.report, differences=found)
            why = _foreign(found) or ("" if order.is_trial else _too_many_removals(found, order))
            if why:
                await record_within(writer, self._audit, _event(by, register), why)
            if why or order.is_trial or found.is_empty:
                return Imported("refused" if why else "tried" if order.is_trial else "unchanged", report, why)
            await self._store(writer, register, found)
            await self._record(writer, by, register, report)
        return Imported("stored", report)

    async def undo(self, by: Operator, register: Register) -> Row:
        """Restore the rows that the last import of this feed changed, and return that import."""
        async with self._attempt(by, "registers undo", register), self._database.exclusive_transaction() as writer:
            last = await _last_import(writer, register)
            if last is None:
                raise RegisterRefused(f"Rien n'a été importé pour {register.subject} : il n'y a rien à annuler.")
            if last["undone_at"] is not None:
                raise RegisterRefused("Le dernier import est déjà annulé. Pour revenir plus loin, importez un fichier.")
            s, feed = sql.statements_of(register.file.table), register.feed
            await writer.rows(s.delete_noted, of=feed)
            await writer.rows(s.restore, of=feed)
            await self._wake(writer, register)
            await writer.rows(s.forget, of=feed)
            await writer.rows(sql.NOTE_UNDONE, which=last["number"], by=by.name, now=round(self._clock()))
            event = AuditEvent(by.name, "registers undo", register.subject, {"sha256": last["sha256"]})
            await self._audit.add_within(writer, event)
        return last

    @asynccontextmanager
    async def _staged(self, register: Register, read: Read) -> AsyncIterator[Writer]:
        staged = Staged(sql.statements_of(register.file.table).staged, read.staged)
        async with self._database.exclusive_transaction(staged) as writer:
            yield writer

    async def _differences(self, writer: Writer, register: Register, order: Order) -> Differences:
        s, feed = sql.statements_of(register.file.table), register.feed
        before = int((await writer.rows(s.count, of=feed))[0]["many"])
        (one,) = await writer.rows(s.compared, of=feed)
        rows, known, foreign, changed = (int(one[name]) for name in ("many", "known", "foreign", "changed"))
        unchanged = known - foreign - changed
        removed = 0 if order.is_update else before - changed - unchanged
        listed = await writer.rows(s.foreign, of=feed) if foreign else []
        lines = tuple(row["line"] for row in listed[:MAX_FOREIGN])
        return Differences(before, rows - known, changed, removed, unchanged, lines, foreign)

    async def _store(self, writer: Writer, register: Register, found: Differences) -> None:
        s, feed = sql.statements_of(register.file.table), register.feed
        if await writer.rows(s.other_noted, of=feed):
            await writer.rows(s.forget, of=feed)
        else:
            await writer.rows(s.forget_all)  # SQLite then frees whole pages, ten times as fast
        for many, note in (
            (found.added, s.note_added),
            (found.changed, s.note_changed),
            (found.removed, s.note_removed),
        ):
            if many:  # a search for no rows would read both tables once more
                await writer.rows(note, of=feed)
        await writer.rows(s.delete_noted, of=feed)
        await writer.rows(s.insert_staged, of=feed)
        await self._wake(writer, register)

    async def _wake(self, writer: Writer, register: Register) -> None:
        """Make the news of all noted rows due."""
        question = register.storable.question
        if waiting := await waiting_topics(writer, question):
            noted = await writer.rows(sql.statements_of(register.file.table).noted_keys, of=register.feed)
            await wake_subscribers(writer, waiting & topics_of(self._names, question, (row["code"] for row in noted)))

    async def _record(self, writer: Writer, by: Operator, register: Register, report: Report) -> None:
        found = report.differences
        counts: Mapping[str, int] = {name: getattr(found, name) for name in ("added", "changed", "removed")}
        row: dict[str, Any] = {
            "number": (await writer.rows(sql.NEXT_NUMBER))[0]["number"],
            "register": register.name,
            "feed": register.feed,
            "sha256": report.sha256,
            "rows": report.rows,
            **counts,
            "imported_by": by.name,
            "imported_at": round(self._clock()),
            "undone_by": "",
            "undone_at": None,
            "report": report.to_json(),
        }
        await writer.rows(sql.ADD_IMPORT, **row)
        details = {"sha256": report.sha256, "rows": str(report.rows), **{name: str(n) for name, n in counts.items()}}
        await self._audit.add_within(writer, AuditEvent(by.name, "registers import", register.subject, details))

    @asynccontextmanager
    async def _attempt(self, by: Operator, action: str, register: Register) -> AsyncIterator[None]:
        async with attempt(self._audit, by.name, action, register.subject):
            if by.role != ROLE:
                raise RegisterRefused(f"Il faut le rôle d'importateur ; {by.name} a celui de {by.role}.")
            if not by.scope.may_change(register.file.ministry or ""):
                raise RegisterRefused("Ce registre n'est pas à votre ministère.")
            yield


async def _last_import(writer: Writer, register: Register) -> Row | None:
    found = await writer.rows(sql.LAST_IMPORT, named=register.name, of=register.feed)
    return found[0] if found else None


def _event(by: Operator, register: Register) -> AuditEvent:
    return AuditEvent(by.name, "registers import", register.subject)


def _foreign(found: Differences) -> str:
    if not found.many_foreign:
        return ""
    keys = format_count(found.many_foreign, "clé du fichier est", "clés du fichier sont")
    return f"{keys} à une autre administration : rien n'est changé."


def _too_many_removals(found: Differences, order: Order) -> str:
    """Say why, if more rows would be removed than the share that is allowed, or than was agreed to; else ""."""
    if order.removals is not None and order.removals != found.removed:
        many = f"{format_count(found.removed, 'ligne')}, et non {format_number(order.removals)}"
        return f"Ce fichier supprimerait {many} : rien n'est changé."
    if order.removals is not None or found.removed <= MAX_REMOVED_SHARE * found.before:
        return ""
    return (
        f"Ce fichier supprimerait {format_count(found.removed, 'ligne')} sur {format_number(found.before)}, plus de "
        f"{round(100 * MAX_REMOVED_SHARE)} % : rien n'est changé. S'il est complet, redites ce nombre avec "
        f"--removals {found.removed}. S'il n'a que des nouveautés, importez-le avec --update."
    )
