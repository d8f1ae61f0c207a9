"""Writes single rows of one feed, as an administration pushes them: added, replaced or removed by their key.

The same rows written twice change nothing the second time. A batch is written whole or not at all, with one entry in
the audit. What is written after an import is not taken back by the undoing of that import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from accounts.audit import Audit, AuditEvent
from accounts.refusals import Refused, attempt
from catalog.normalize import normalize_code
from database.interface import Database, Writer
from registers import statements as sql
from registers.reader import today
from registers.register import Register, RegisterRefused
from registers.rows import RowReader, StagedRow
from registers.subscribers import topics_of, wake_subscribers
from spreadsheets.refused_rows import Rejection
from state.identity import Pseudonyms
from state.yaml_files.loader import did_you_mean

MAX_WRITTEN: Final = 1_000  # rows of one batch; more are a file
FOREIGN: Final = Rejection("clé d'une autre administration", "cette ligne n'est pas à vous : rien n'est changé")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of a batch, from 0, that is refused, and why."""

    place: int
    wrong: tuple[Rejection, ...]


class RowsRefused(Refused):
    """Rows that cannot be written; nothing of the batch was."""

    def __init__(self, rows: Sequence[RefusedRow]) -> None:
        super().__init__(f"{len(rows)} lignes refusées")
        self.rows = tuple(rows)


@dataclass(frozen=True, slots=True)
class Written:
    """The normalized keys that were added, changed and removed; all others were so already."""

    added: tuple[str, ...] = field(default=(), repr=False)
    changed: tuple[str, ...] = field(default=(), repr=False)
    removed: tuple[str, ...] = field(default=(), repr=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys whose row is not as it was."""
        return (*self.added, *self.changed, *self.removed)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows by the names of the register's columns, each cell a text as in a file, and keys of rows to remove."""

    rows: Sequence[Mapping[str, str]] = field(default=(), repr=False)
    removed: Sequence[str] = field(default=(), repr=False)


class RegisterWrites:
    """Writes single rows into the registers of one database; names makes the topics of subscriptions."""

    def __init__(self, database: Database, names: Pseudonyms) -> None:
        self._database, self._names, self._audit = database, names, Audit(database)

    async def write(self, by: str, register: Register, batch: Batch) -> Written:
        """Write a batch; citizens who asked to be informed of a changed row are.

        `by` is written to the audit, such as api:justice. Raises RowsRefused, RegisterRefused for too many rows, and
        SourceUnavailable. Nothing was changed then.
        """
        async with attempt(self._audit, by, "registers write", register.subject):
            return await self._write(by, register, batch)

    async def _write(self, by: str, register: Register, batch: Batch) -> Written:
        if len(batch.rows) + len(batch.removed) > MAX_WRITTEN:
            raise RegisterRefused(f"Au plus {MAX_WRITTEN} lignes à la fois ; au-delà, importez un fichier.")
        rows, s = _read(register, batch.rows), sql.statements_of(register.file.table)
        async with self._database.exclusive_transaction() as writer:
            found = await _write_all(writer, register, rows, batch.removed)
            if found.keys:
                for code in found.keys:
                    await writer.rows(s.forget_one, of=register.feed, code=code)
                await wake_subscribers(writer, topics_of(self._names, register.storable.question, found.keys))
                await self._record(writer, by, register, found)
        return found

    async def _record(self, writer: Writer, by: str, register: Register, found: Written) -> None:
        counts = {"added": len(found.added), "changed": len(found.changed), "removed": len(found.removed)}
        details = {name: str(many) for name, many in counts.items()}
        await self._audit.add_within(writer, AuditEvent(by, "registers write", register.subject, details))


def _read(register: Register, rows: Sequence[Mapping[str, str]]) -> list[tuple[str, StagedRow]]:
    """Return the key and the data columns of each row. Raises RowsRefused."""
    reader, known = RowReader(register, today()), register.file.columns
    read, refused = [], []
    for place, cells in enumerate(rows):
        code, values, wrong = reader.read([cells.get(name, "") for name in reader.names])
        unknown = (name for name in cells if name not in known)
        wrong += tuple(Rejection("colonne inconnue", f"« {name} »{did_you_mean(name, known)}") for name in unknown)
        if wrong:
            refused.append(RefusedRow(place, wrong))
        read.append((code, values))
    if refused:
        raise RowsRefused(refused)
    return read


async def _write_all(
    writer: Writer, register: Register, rows: Sequence[tuple[str, StagedRow]], removed: Sequence[str]
) -> Written:
    s = sql.statements_of(register.file.table)
    added, changed, gone, refused = set[str](), set[str](), set[str](), []
    for place, (code, values) in enumerate(rows):
        match await _write_row(writer, register, code, values):
            case "foreign":
                refused.append(RefusedRow(place, (FOREIGN,)))
            case "added":
                added.add(code)
            case "changed":
                changed.add(code)
    for place, written in enumerate(removed, len(rows)):
        code = normalize_code(written)
        stored = await writer.rows(s.one, code=code)
        if stored and stored[0]["feed"] != register.feed:
            refused.append(RefusedRow(place, (FOREIGN,)))
        elif stored:
            await writer.rows(s.delete_one, code=code, of=register.feed)
            gone.add(code)
    if refused:
        raise RowsRefused(refused)
    return Written(*(tuple(sorted(one)) for one in (added, changed - added, gone)))


async def _write_row(writer: Writer, register: Register, code: str, values: StagedRow) -> str:
    """Write one row; returns what was done: added, changed, unchanged, or foreign, if it belongs to another feed."""
    storable = register.storable
    stored = await writer.rows(sql.statements_of(register.file.table).one, code=code)
    if stored and stored[0]["feed"] != register.feed:
        return "foreign"
    row: dict[str, Any] = dict(zip((one.name for one in storable.data), values, strict=True))
    if stored and all(str(stored[0][name]) == str(value) for name, value in row.items()):
        return "unchanged"
    await writer.upsert(storable.table, {storable.key: code, "feed": register.feed, "sample": False, **row})
    return "changed" if stored else "added"
