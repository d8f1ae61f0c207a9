"""Stores the draft of the menus in SQL: the changed files, each with what it was made from.

    files in service -> changed by several people, file by file -> working copy -> staged as a version -> published

Nothing is overwritten unseen. A save names the content that it was made from, and is refused if the file has another
one by now. When another version comes into service, its changes and those of the draft are joined block by block; where
they contradict one another, an operator chooses. A change and its audit entry are one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from accounts.audit import Audit, AuditEvent
from accounts.refusals import attempt
from accounts.scope import load_scope
from authoring.drafts import queries as sql
from authoring.drafts.blocks import Side
from authoring.drafts.working_copy import (
    Content,
    DraftFile,
    DraftRow,
    WorkingCopy,
    content_digest,
    lay_over,
    present_file,
)
from authoring.ministries import hold_to_ministry
from authoring.versions.archive import Files, is_allowed_path, max_bytes
from authoring.versions.errors import MenusRefused
from authoring.versions.writers import read_names, written_names
from database.column_limits import max_length
from database.interface import Database, Row, Writer
from database.tables import menu_drafts

MAX_PATH_CHARACTERS: Final = max_length(menu_drafts.c.path)
SIDES: Final[Mapping[Side, str]] = {"mine": "celui du brouillon", "theirs": "celui de la version en service"}
SAVE, DISCARD, RESOLVE = "draft save", "draft discard", "draft resolve"


class DraftChanged(MenusRefused):
    """Somebody else changed the file since it was read; nothing was saved."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} : quelqu'un d'autre vient de changer ce fichier. Relisez-le, puis recommencez.")


@dataclass(frozen=True, slots=True)
class Change:
    """A file to save, or its removal for None; seen is the content_digest of the file that it was made from."""

    content: Content
    seen: str


@dataclass(frozen=True, slots=True)
class LastSave:
    """Who changed a file, and when, in Unix seconds."""

    by: str
    at: int


class MenuDrafts:
    """The draft in one database. in_service returns the files that it starts from; clock gives Unix seconds.

    by is an account, or demo. Each method raises SourceUnavailable.
    """

    def __init__(
        self, database: Database, in_service: Callable[[], Awaitable[Files]], clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._in_service, self._clock = database, in_service, clock
        self._audit = Audit(database, clock)

    async def working_copy(self) -> WorkingCopy:
        """Return the files in service with the changes of the draft."""
        rows = await self._database.rows(sql.EVERY)
        return lay_over(await self._in_service(), [_draft_row(row) for row in rows])

    async def last_saves(self, folder: str) -> Mapping[str, LastSave]:
        """Return who last changed each file of a folder in the browser, by path; published or not."""
        rows = await self._database.rows(sql.LAST_SAVES, saving=SAVE, below=f"{folder}/%")
        return {row["subject"]: LastSave(row["operator"], row["at"] // 1000) for row in rows}

    async def save(self, by: str, path: str, content: Content, *, seen: str, what: str = "") -> None:
        """Save a file, or its removal for None; what says in a few words what changed, for the audit.

        seen is the content_digest of the file that the change was made from. Raises DraftChanged and MenusRefused.
        """
        await self.save_all(by, {path: Change(content, seen)}, what=what)

    async def save_all(self, by: str, changes: Mapping[str, Change], *, what: str = "") -> None:
        """Save several files, all of them or none, each with its audit entry. Raises DraftChanged and MenusRefused."""
        async with attempt(self._audit, by, SAVE, next(iter(changes), "")):
            for path, change in changes.items():
                _check(path, change.content)
            in_service = await self._in_service()
            async with self._database.exclusive_transaction() as writer:
                for path, change in changes.items():
                    await self._save(writer, by, (path, in_service), change)
                    await self._note(writer, by, SAVE, path, what=what, digest=content_digest(change.content))

    async def resolve(self, by: str, path: str, chosen: Mapping[str, Side], *, seen: str) -> None:
        """Keep one side of each named block that the draft and the version in service changed differently.

        Raises DraftChanged, and MenusRefused if a block is left without a choice.
        """
        async with attempt(self._audit, by, RESOLVE, path):
            files = await self._in_service()
            in_service = files.get(path)
            async with self._database.exclusive_transaction() as writer:
                row = await self._changed(writer, path, in_service, seen)
                made = present_file(row, in_service, chosen)
                if made.conflicts:
                    raise MenusRefused(f"{path} : choisissez, pour chaque partie, la version à garder.")
                await self._hold(writer, by, files, made)
                await self._write(writer, self._by(by, row, in_service, made.content))
                sides = ", ".join(f"{block or 'tout le fichier'} : {SIDES[side]}" for block, side in chosen.items())
                await self._note(writer, by, RESOLVE, path, what=sides)

    async def discard(self, by: str, path: str, *, seen: str) -> None:
        """Forget the changes of one file. Raises DraftChanged."""
        async with attempt(self._audit, by, DISCARD, path):
            files = await self._in_service()
            in_service = files.get(path)
            async with self._database.exclusive_transaction() as writer:
                row = await self._changed(writer, path, in_service, seen)
                await self._hold(writer, by, files, present_file(row, in_service))
                await self._write(writer, DraftRow(path, in_service, in_service, by, 0))
                await self._note(writer, by, DISCARD, path, digest=seen)

    async def _hold(self, writer: Writer, by: str, in_service: Files, file: DraftFile) -> None:
        """Refuse a change, from file.in_service to file.content, that is not this account's to make."""
        scope = await load_scope(writer, by)
        if scope.is_bound:
            rows = [_draft_row(row) for row in await writer.rows(sql.EVERY)]
            before, after = {file.path: file.in_service}, {file.path: file.content}
            hold_to_ministry(scope, before, after, lay_over(in_service, rows).files)

    async def _save(self, writer: Writer, by: str, served: tuple[str, Files], change: Change) -> None:
        """Save the file with this path, beside the files in service."""
        path, files = served
        in_service = files.get(path)
        row = await self._seen(writer, path, in_service, change.seen)
        present = present_file(row, in_service)
        if present.conflicts:
            raise MenusRefused(f"{path} : une autre version contredit le brouillon. Choisissez d'abord.")
        await self._hold(writer, by, files, replace(present, in_service=present.content, content=change.content))
        await self._write(writer, self._by(by, row, in_service, change.content))

    def _by(self, by: str, row: DraftRow, in_service: Content, content: Content) -> DraftRow:
        """Return what to store of a file that somebody changed, with all who wrote in it before."""
        return DraftRow(row.path, in_service, content, by, int(self._clock()), row.writers | {by})

    async def _changed(self, writer: Writer, path: str, in_service: Content, seen: str) -> DraftRow:
        """Return the stored change of a file as `_seen` does. Raises MenusRefused if there is none."""
        row = await self._seen(writer, path, in_service, seen)
        if not row.by:
            raise MenusRefused(f"« {path[:MAX_PATH_CHARACTERS]} » : le brouillon ne change pas ce fichier.")
        return row

    async def _seen(self, writer: Writer, path: str, in_service: Content, seen: str) -> DraftRow:
        """Return the stored change of a file, by nobody if there is none. Raises DraftChanged if it is not as seen."""
        rows = await writer.rows(sql.ONE, named=path)
        row = _draft_row(rows[0]) if rows else DraftRow(path, in_service, in_service, "", 0)
        if content_digest(present_file(row, in_service).content) != seen:
            raise DraftChanged(path)
        return row

    async def _write(self, writer: Writer, row: DraftRow) -> None:
        """Store a change; a file as it is in service is none."""
        await writer.rows(sql.REMOVE, named=row.path)
        if row.content != row.base:
            named: dict[str, Any] = {"path": row.path, "base": row.base, "content": row.content}
            named |= {"changed_by": row.by, "changed_at": row.at, "writers": written_names(row.writers)}
            await writer.add(menu_drafts, [named])

    async def _note(self, writer: Writer, by: str, action: str, path: str, **details: str) -> None:
        present = {name: value for name, value in details.items() if value}
        await self._audit.add_within(writer, AuditEvent(by, action, path, present))


def _check(path: str, content: Content) -> None:
    if not is_allowed_path(path) or len(path) > MAX_PATH_CHARACTERS:
        raise MenusRefused(f"« {path[:MAX_PATH_CHARACTERS]} » : ce nom de fichier n'est pas d'un dossier de menus.")
    if content is not None and len(content) > max_bytes(path):
        raise MenusRefused(f"{path} est trop grand : {max_bytes(path)} octets au plus.")


def _draft_row(row: Row) -> DraftRow:
    writers = read_names(row["writers"]) | {row["changed_by"]}
    return DraftRow(row["path"], row["base"], row["content"], row["changed_by"], row["changed_at"], writers)
