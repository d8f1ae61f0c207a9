"""Stages, publishes and rolls back versions of the menus.

    folder -> staged -> published, as number 1, 2, 3 ... -> rolled back to, which is a further publication

Menus with a problem cannot be staged, and a staged version is checked again with the present translations before it is
published. The operator names the version to publish, and the publication it was compared with. An action and its audit
entry are one exclusive transaction, so publication numbers have no gap even if several operators publish at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from accounts.audit import Audit, AuditEvent
from accounts.refusals import attempt
from authoring.drafts.working_copy import WorkingCopy
from authoring.versions import queries as sql
from authoring.versions.archive import Files, digest, read_folder, zip_files
from authoring.versions.cache import CompiledVersionCache
from authoring.versions.errors import MenusRefused
from authoring.versions.repository import Publication, Staged, publication_from_row
from database.column_limits import max_length
from database.interface import Writer
from database.tables import menu_publications, menu_versions
from settings import Settings

FIRST: Final = "première version"
START: Final = "console:start"  # who publishes the first version: nobody but the server
MAX_WHY_CHARACTERS: Final = max_length(menu_publications.c.why)


class MenuPublishing:
    """Actions on versions. clock gives Unix seconds; by is an account, console:LOGIN, or demo.

    Each action raises MenusRefused, InvalidMenu or SourceUnavailable, and then changes nothing.
    """

    def __init__(self, compiled: CompiledVersionCache, clock: Callable[[], float] = time.time) -> None:
        self.compiled, self.repository = compiled, compiled.repository
        self._database, self._clock = self.repository.database, clock
        self._audit = Audit(self._database, clock)

    async def stage(self, by: str, folder: Path) -> Staged:
        """Store a menu folder, to be compared and published."""
        async with attempt(self._audit, by, "menus stage", folder.name):
            return await self._stage(by, await asyncio.to_thread(read_folder, folder), folder)

    async def stage_draft(self, by: str, working_copy: WorkingCopy) -> Staged:
        """Store the working copy of the draft, to be compared and published; the draft stays as it is."""
        async with attempt(self._audit, by, "menus stage", "draft"):
            if contested := working_copy.conflicts:
                names = ", ".join(one.path for one in contested)
                raise MenusRefused(f"Choisissez d'abord ce qui reste là où deux versions se contredisent : {names}.")
            return await self._stage(by, working_copy.files, Path())

    async def _stage(self, by: str, files: Files, shown_as: Path) -> Staged:
        await self.compiled.check_files(files, shown_as)
        version = digest(files)
        archive = await asyncio.to_thread(zip_files, files)
        async with self._database.exclusive_transaction() as writer:
            last = await self._last(writer)
            if last and last.version == version:
                raise MenusRefused(f"Rien à préparer : ces menus sont ceux de la version en service, {version}.")
            now = await self._store(writer, version, archive, by)
            await self._note(writer, by, "menus stage", version, files=str(len(files)))
        return Staged(version, by, now)

    async def publish(self, by: str, version: str, *, instead_of: int | None = None, why: str = "") -> Publication:
        """Publish a staged version; instead_of is the number of the publication it was compared with."""
        async with attempt(self._audit, by, "menus publish", version):
            _hold_to_length(why)
            await self.compiled.rebuild(version)
            async with self._database.exclusive_transaction() as writer:
                last = await self._last(writer)
                _holds_still(last, version, instead_of)
                if version not in {row["version"] for row in await writer.rows(sql.STAGED)}:
                    raise MenusRefused(f"{version} n'est pas préparée : seule une version préparée peut être publiée.")
                return await self._publish(writer, by, "menus publish", version, why.strip())

    async def rollback(
        self, by: str, version: str = "", *, instead_of: int | None = None, why: str = ""
    ) -> Publication:
        """Publish an earlier version again; by default the one before the active one."""
        async with attempt(self._audit, by, "menus rollback", version):
            _hold_to_length(why)
            version = version or await self._before()
            await self.compiled.rebuild(version)
            async with self._database.exclusive_transaction() as writer:
                _holds_still(await self._last(writer), version, instead_of)
                if not await writer.rows(sql.PUBLISHED, named=version):
                    raise MenusRefused(f"{version} n'a jamais été en service : publiez-la.")
                return await self._publish(writer, by, "menus rollback", version, why.strip())

    async def ensure_first_publication(self, folder: Path) -> Publication:
        """Return the newest publication; if there is none, publish the active folder, which was checked before."""
        if last := await self.repository.current():
            return last
        files = await asyncio.to_thread(read_folder, folder)
        archive, version = await asyncio.to_thread(zip_files, files), digest(files)
        async with self._database.exclusive_transaction() as writer:
            if last := await self._last(writer):
                return last
            await self._store(writer, version, archive, START)
            return await self._publish(writer, START, "menus publish", version, FIRST)

    async def active_settings(self, settings: Settings) -> Settings:
        """Return the settings with the active menu folder: in production that of the newest publication."""
        last = None if settings.reloads_saved_menus else await self.repository.current()
        folder = await self.compiled.folder(last.version) if last else settings.menus
        return settings.model_copy(update={"menus": folder})

    async def _before(self) -> str:
        """Return the version before the active one."""
        last = await self.repository.history(2)
        if len(last) < 2:
            raise MenusRefused("Il n'y a pas de version d'avant à laquelle revenir.")
        return last[1].version

    async def _last(self, writer: Writer) -> Publication | None:
        return next(map(publication_from_row, await writer.rows(sql.PUBLICATIONS, most=1)), None)

    async def _store(self, writer: Writer, version: str, files: bytes, by: str) -> int:
        """Store a version as staged after all earlier ones; return the time in Unix seconds."""
        latest = (await writer.rows(sql.LATEST))[0]
        now = max(int(self._clock()), *(1 + (latest[name] or 0) for name in ("staged", "published")))
        row: dict[str, Any] = {"version": version, "files": files, "staged_by": by, "staged_at": now}
        if not await writer.insert_once(menu_versions, row):
            await writer.rows(sql.STAGE_AGAIN, named=version, by=by, now=now)
        return now

    async def _publish(self, writer: Writer, by: str, action: str, version: str, why: str) -> Publication:
        last, latest = await self._last(writer), (await writer.rows(sql.LATEST))[0]
        now = max(int(self._clock()), latest["staged"] or 0, latest["published"] or 0)
        made = Publication(last.number + 1 if last else 1, version, by, now, why or _back_to(action))
        row = {"number": made.number, "version": version, "published_by": by, "published_at": now, "why": made.why}
        await writer.rows(sql.PUBLISH, **row)
        before = last.version if last else ""
        await self._note(writer, by, action, version, number=str(made.number), instead_of=before, why=why)
        return made

    async def _note(self, writer: Writer, by: str, action: str, version: str, **details: str) -> None:
        present = {name: value for name, value in details.items() if value}
        await self._audit.add_within(writer, AuditEvent(by, action, version, present))


def _hold_to_length(why: str) -> None:
    if len(why.strip()) > MAX_WHY_CHARACTERS:
        raise MenusRefused(f"La raison a {len(why.strip())} signes : {MAX_WHY_CHARACTERS} au plus.")


def _holds_still(last: Publication | None, version: str, instead_of: int | None) -> None:
    """Raise MenusRefused if this version is already active, or another was published since the comparison."""
    if last and last.version == version:
        raise MenusRefused(f"La version {version} est déjà en service.")
    if instead_of is not None and instead_of != (last.number if last else 0):
        raise MenusRefused("Une autre version a été mise en service entre-temps : comparez de nouveau.")


def _back_to(action: str) -> str:
    return "retour à une version d'avant" if action == "menus rollback" else ""
