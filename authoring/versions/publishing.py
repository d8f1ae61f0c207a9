"""Stages, publishes and rolls back versions of the menus.

    folders -> staged -> published, as number 1, 2, 3 ... -> rolled back to, which is a further publication

A version has the menus and the languages. Menus with a problem cannot be staged; a language whose translations have
one stays as it is in service (languages.py). A staged version is checked again before it is published. The operator
names the version to publish, and the publication it was compared with. An action and its audit entry are one exclusive
transaction, so publication numbers have no gap even if several operators publish at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Final

from accounts.audit import Audit, AuditEvent
from accounts.refusals import attempt
from accounts.scope import load_scope
from authoring.drafts.working_copy import WorkingCopy
from authoring.ministries import hold_to_ministry, own_changes
from authoring.versions import queries as sql
from authoring.versions.approvals import Approvals
from authoring.versions.archive import Files, digest
from authoring.versions.cache import IN_VERSION, CompiledVersionCache
from authoring.versions.earlier_versions import EarlierVersions
from authoring.versions.errors import MenusRefused
from authoring.versions.folders import Folders, folders_of, settings_of
from authoring.versions.languages import (
    Archives,
    flat,
    has_languages,
    held_back_line,
    with_served_translations,
    zip_version,
)
from authoring.versions.proposals import Proposal, Within, hold_still, hold_to_length
from authoring.versions.repository import Publication, Staged, publication_from_row
from authoring.versions.writers import written_names
from database.interface import Writer
from database.tables import menu_versions
from settings import Settings
from settings.content import ChangeKind

FIRST: Final = "première version"
WITH_LANGUAGES: Final = "les langues entrent dans la version"
WITHOUT_LANGUAGES: Final = "a été préparée par un Zin d'avant, sans ses langues : préparez-la de nouveau."
NOTHING: Final = "Rien à préparer : ces menus sont ceux de la version en service"
START: Final = "console:start"  # who publishes the first version: nobody but the server


class MenuPublishing:
    """Actions on versions. clock gives Unix seconds; by is an account, console:LOGIN, or demo.

    locales is the folder of languages for a folder of menus that has none within. Each action raises MenusRefused,
    InvalidMenu or SourceUnavailable, and then changes nothing.
    """

    def __init__(
        self,
        compiled: CompiledVersionCache,
        locales: Path,
        clock: Callable[[], float] = time.time,
        approved_kinds: Collection[ChangeKind] = (),
    ) -> None:
        self.compiled, self.repository, self._locales = compiled, compiled.repository, locales
        self._database, self.clock = self.repository.database, clock
        self._audit, self._earlier = Audit(self._database, clock), EarlierVersions(self.repository)
        self.approvals = Approvals(self.repository, frozenset(approved_kinds), clock)

    async def stage(self, by: str, folder: Path) -> Staged:
        """Store a menu folder, to be compared and published."""
        async with attempt(self._audit, by, "menus stage", folder.name):
            folders = folders_of(folder, self._locales)
            return await self._stage(Proposal(by), await asyncio.to_thread(folders.read), folders)

    async def stage_draft(self, by: str, working_copy: WorkingCopy, why: str = "") -> Staged:
        """Store the working copy of the draft, to be compared and published; the draft stays as it is.

        From an account of a ministry, only changes of its own files go in.
        """
        async with attempt(self._audit, by, "menus stage", "draft"):
            hold_to_length(why)
            working_copy = own_changes(await load_scope(self._database, by), working_copy)
            if contested := working_copy.conflicts:
                names = ", ".join(one.path for one in contested)
                raise MenusRefused(f"Choisissez d'abord ce qui reste là où deux versions se contredisent : {names}.")
            proposal = Proposal(by, why.strip(), working_copy.writers)
            return await self._stage(proposal, working_copy.files, IN_VERSION)

    async def _stage(self, proposal: Proposal, files: Files, shown_as: Folders) -> Staged:
        _, wrong = await self.compiled.check_files(files, shown_as)
        before = await self._earlier.in_service()
        files = with_served_translations(files, before, wrong)
        version, archives = digest(files), await asyncio.to_thread(zip_version, files)
        async with self._database.exclusive_transaction() as writer:
            last = await self._last(writer)
            if last and last.version == version:
                raise MenusRefused(f"{NOTHING}, {version}.{held_back_line(wrong)}")
            hold_to_ministry(await load_scope(writer, proposal.by), before, files, files)
            now = await self._store(writer, version, archives, proposal)
            details = {"files": str(len(files)), "held_back": ", ".join(sorted(wrong)), "why": proposal.why}
            await self._note(writer, proposal.by, "menus stage", version, **details)
        return Staged(version, proposal.by, now, flat(wrong))

    async def publish(
        self, by: str, version: str, *, instead_of: int | None = None, why: str = "", within: Within | None = None
    ) -> Publication:
        """Publish a staged version; instead_of is the number of the publication it was compared with.

        within runs first in the transaction that publishes; what it raises leaves everything as it was.
        """
        async with attempt(self._audit, by, "menus publish", version):
            hold_to_length(why)
            if not has_languages(await self.repository.files(version)):
                raise MenusRefused(f"{version} {WITHOUT_LANGUAGES}")
            await self.compiled.rebuild(version)
            change = await self.approvals.change(version)
            async with self._database.exclusive_transaction() as writer:
                await within(writer) if within else None
                await self.check_publishable(writer, version, instead_of)
                await self.approvals.require(writer, by, version, change)
                return await self._publish(writer, by, "menus publish", version, why.strip())

    async def check_publishable(self, writer: Writer, version: str, instead_of: int | None) -> None:
        """Refuse a version that is not staged, or was compared with another than the newest publication."""
        hold_still(await self._last(writer), version, instead_of)
        if version not in {row["version"] for row in await writer.rows(sql.STAGED)}:
            raise MenusRefused(f"{version} n'est pas préparée : seule une version préparée peut être publiée.")

    async def rollback(
        self, by: str, version: str = "", *, instead_of: int | None = None, why: str = ""
    ) -> Publication:
        """Publish an earlier version again; by default the one before the active one."""
        async with attempt(self._audit, by, "menus rollback", version):
            hold_to_length(why)
            target = await (self._earlier.complete(version) if version else self._earlier.before())
            await self.compiled.check_files(target.files, IN_VERSION)
            archives, before = await asyncio.to_thread(zip_version, target.files), await self._earlier.in_service()
            async with self._database.exclusive_transaction() as writer:
                hold_still(await self._last(writer), target.version, instead_of)
                hold_to_ministry(await load_scope(writer, by), before, target.files, target.files)
                if target.is_new:
                    await self._store(writer, target.version, archives, Proposal(by))
                return await self._publish(writer, by, "menus rollback", target.version, why.strip())

    async def ensure_first_publication(self, folder: Path) -> Publication:
        """Return the newest publication; if there is none, publish the active folder, which was checked before.

        If a program of before staged the newest, it is published once more, with languages.
        """
        last = await self.repository.current()
        if last and has_languages(await self.repository.files(last.version)):
            return last
        files = await self._earlier.for_first_start(folders_of(folder, self._locales))
        archives, version = await asyncio.to_thread(zip_version, files), digest(files)
        async with self._database.exclusive_transaction() as writer:
            meanwhile = await self._last(writer)
            if meanwhile and meanwhile != last:
                return meanwhile
            await self._store(writer, version, archives, Proposal(START))
            return await self._publish(writer, START, "menus publish", version, WITH_LANGUAGES if last else FIRST)

    async def active_settings(self, settings: Settings) -> Settings:
        """Return the settings with the active menu folder: in production that of the newest publication."""
        last = None if settings.reloads_saved_menus else await self.repository.current()
        return settings_of(settings, await self.compiled.folder(last.version)) if last else settings

    async def _last(self, writer: Writer) -> Publication | None:
        return next(map(publication_from_row, await writer.rows(sql.PUBLICATIONS, most=1)), None)

    async def _store(self, writer: Writer, version: str, archives: Archives, proposal: Proposal) -> int:
        """Store a version as staged after all earlier ones; return the time in Unix seconds."""
        latest = (await writer.rows(sql.LATEST))[0]
        now = max(int(self.clock()), *(1 + (latest[name] or 0) for name in ("staged", "published")))
        said: dict[str, Any] = {"why": proposal.why, "writers": written_names(proposal.writers | {proposal.by})}
        row = {"version": version, **archives, "staged_by": proposal.by, "staged_at": now, **said}
        if not await writer.insert_once(menu_versions, row):
            await writer.rows(sql.STAGE_AGAIN, named=version, by=proposal.by, now=now, **said)
        return now

    async def _publish(self, writer: Writer, by: str, action: str, version: str, why: str) -> Publication:
        last, latest = await self._last(writer), (await writer.rows(sql.LATEST))[0]
        now = max(int(self.clock()), latest["staged"] or 0, latest["published"] or 0)
        made = Publication(last.number + 1 if last else 1, version, by, now, why or _back_to(action))
        row = {"number": made.number, "version": version, "published_by": by, "published_at": now, "why": made.why}
        await writer.rows(sql.PUBLISH, **row)
        before = last.version if last else ""
        await self._note(writer, by, action, version, number=str(made.number), instead_of=before, why=why)
        return made

    async def _note(self, writer: Writer, by: str, action: str, version: str, **details: str) -> None:
        present = {name: value for name, value in details.items() if value}
        await self._audit.add_within(writer, AuditEvent(by, action, version, present))


def _back_to(action: str) -> str:
    return "retour à une version d'avant" if action == "menus rollback" else ""
