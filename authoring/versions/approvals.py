"""Who else read a version before it is published: per kind of change, as the house says.

An approval is of a version in place of one publication: if another version comes into service meanwhile, what was read
is not what would change, and somebody reads again. Nobody approves what they wrote or proposed. Who publishes from a
shell of the server needs no approval: they could change the setting too, and the audit says who it was.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from accounts.audit import Audit, AuditEvent
from accounts.refusals import attempt
from accounts.scope import Scope, load_scope
from authoring.ministries import hold_to_ministry
from authoring.versions import queries as sql
from authoring.versions.archive import Files
from authoring.versions.errors import MenusRefused
from authoring.versions.kinds import kinds_changed
from authoring.versions.proposals import hold_still
from authoring.versions.repository import Publication, VersionRepository, publication_from_row
from authoring.versions.writers import read_names
from database.interface import Row, Writer
from database.tables import menu_approvals
from settings.content import ChangeKind

APPROVE: Final = "menus approve"
CONSOLE: Final = "console:"
KIND_NAMES: Final[dict[ChangeKind, str]] = {
    "menus": "des menus",
    "prices": "des prix",
    "verdicts": "des mots de résultats",
    "words": "des traductions",
}


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved a version, and when, in Unix seconds."""

    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a version changes: the files of the publication instead_of, 0 for none, and its own.

    needed is what of it another account approves.
    """

    instead_of: int
    needed: frozenset[ChangeKind]
    before: Files = field(repr=False)
    after: Files = field(repr=False)

    def hold_to(self, scope: Scope) -> None:
        """Raise MenusRefused if it changes what is not this scope's to change."""
        hold_to_ministry(scope, self.before, self.after, self.after)


@dataclass(frozen=True, slots=True)
class ApprovalState:
    """Where the approval of a version stands, compared with the publication instead_of, 0 for none.

    kinds is what it changes, needed what of it another account approves.
    """

    instead_of: int
    kinds: frozenset[ChangeKind]
    needed: frozenset[ChangeKind]
    writers: frozenset[str]
    approval: Approval | None

    @property
    def is_open(self) -> bool:
        """Whether nothing stands in the way of its publication."""
        return not self.needed or self.approval is not None


class Approvals:
    """Approvals in one database; kinds are those that another account approves. clock gives Unix seconds.

    Each method raises MenusRefused and SourceUnavailable.
    """

    def __init__(
        self, repository: VersionRepository, kinds: frozenset[ChangeKind], clock: Callable[[], float] = time.time
    ) -> None:
        self._repository, self._kinds, self._clock = repository, kinds, clock
        self._audit = Audit(repository.database, clock)

    async def state(self, version: str) -> ApprovalState:
        """Return where the approval of a version stands now."""
        last, database = await self._repository.current(), self._repository.database
        number = last.number if last else 0
        kinds = await self._changed(last, version)
        rows = await database.rows(sql.WRITERS, named=version)
        approvals = await database.rows(sql.APPROVAL, named=version, compared=number)
        found = Approval(approvals[0]["approved_by"], approvals[0]["approved_at"]) if approvals else None
        return ApprovalState(number, kinds, kinds & self._kinds, _writers(rows), found)

    async def change(self, version: str) -> Change:
        """Return what a version changes at present."""
        last = await self._repository.current()
        before: Files = await self._repository.files(last.version) if last else {}
        after = await self._repository.files(version)
        is_checked = bool(self._kinds and last)
        kinds = await asyncio.to_thread(kinds_changed, before, after) if is_checked else frozenset[ChangeKind]()
        return Change(last.number if last else 0, kinds & self._kinds, before, after)

    async def require(self, writer: Writer, by: str, version: str, change: Change) -> None:
        """Refuse a publication that lacks its approval, or changes what is not of this account's ministry."""
        scope, needed = await load_scope(writer, by), frozenset() if by.startswith(CONSOLE) else change.needed
        if scope.is_bound or needed:
            hold_still(await _last(writer), "", change.instead_of)
        change.hold_to(scope)
        if needed and not await writer.rows(sql.APPROVAL, named=version, compared=change.instead_of):
            raise MenusRefused(f"Cette version change {names_of(needed)} : une autre personne l'approuve d'abord.")

    async def approve(self, by: str, version: str, instead_of: int) -> None:
        """Note that an account read a version and agrees."""
        async with attempt(self._audit, by, APPROVE, version):
            await self._approve(by, version, instead_of, await self.change(version))

    async def _approve(self, by: str, version: str, instead_of: int, change: Change) -> None:
        async with self._repository.database.exclusive_transaction() as writer:
            rows = await writer.rows(sql.WRITERS, named=version)
            hold_still(await _last(writer), version, instead_of)
            hold_still(await _last(writer), "", change.instead_of)
            change.hold_to(await load_scope(writer, by))
            if by in _writers(rows):
                raise MenusRefused("Vous avez écrit ou proposé cette version : une autre personne l'approuve.")
            row = {"version": version, "instead_of": instead_of, "approved_by": by}
            if await writer.insert_once(menu_approvals, {**row, "approved_at": int(self._clock())}):
                event = AuditEvent(by, APPROVE, version, {"instead_of": str(instead_of)})
                await self._audit.add_within(writer, event)

    async def _changed(self, last: Publication | None, version: str) -> frozenset[ChangeKind]:
        before: Files = await self._repository.files(last.version) if last else {}
        return await asyncio.to_thread(kinds_changed, before, await self._repository.files(version))


def names_of(kinds: frozenset[ChangeKind]) -> str:
    """Return kinds of changes in French."""
    *first, last = [name for kind, name in KIND_NAMES.items() if kind in kinds] or [""]
    return f"{', '.join(first)} et {last}" if first else last


async def _last(writer: Writer) -> Publication | None:
    return next(map(publication_from_row, await writer.rows(sql.PUBLICATIONS, most=1)), None)


def _writers(rows: Sequence[Row]) -> frozenset[str]:
    return frozenset(name for row in rows for name in (*read_names(str(row["writers"] or "")), str(row["staged_by"])))
