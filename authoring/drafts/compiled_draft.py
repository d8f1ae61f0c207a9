"""Compiles the working copy of the draft, so that pages show it as citizens would get it.

The files are laid out in one folder of this process, in which only changed files are written: a file that stays is
parsed once, however often the draft changes. What one ministry changes is compiled apart, in a folder of its own, for
its accounts, who see and publish nothing else of the draft.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from accounts.scope import EVERYTHING, Scope
from authoring.drafts.draft_languages import wordings_in
from authoring.drafts.repository import MenuDrafts
from authoring.drafts.working_copy import WorkingCopy
from authoring.ministries import own_changes
from authoring.versions.archive import Files
from authoring.versions.cache import Check, CompiledMenus
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import LANGUAGES, flat, is_of_languages
from state.errors import InvalidMenu, Problem, SourceUnavailable
from state.menu.changed_texts import with_changed_texts
from state.menu.journey_files import journey_of
from state.menu.versions import MenuVersion
from state.yaml_files.loader import parse

PREFIX: Final = "draft-"


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A working copy and its menus; None if it has problems.

    problems name files as in a version. translation_problems block their language only.
    """

    working_copy: WorkingCopy
    menus: CompiledMenus | None
    problems: tuple[Problem, ...] = ()
    translation_problems: tuple[Problem, ...] = ()


class CompiledDraft:
    """The working copy as this process compiled it, in a folder of its own below `within`."""

    def __init__(self, drafts: MenuDrafts, check: Check, within: Path, active: Callable[[], MenuVersion]) -> None:
        self.drafts = drafts
        self._check, self._within, self._active = check, within, active
        self._one = asyncio.Lock()
        self._folder: Path | None = None
        self._laid_out: Files = {}
        self._known: tuple[MenuVersion, CheckedDraft] | None = None
        self._shown: tuple[MenuVersion, str, MenuVersion] | None = None
        self._ministries: dict[str, CompiledDraft] = {}

    async def edition(self, working_copy: WorkingCopy) -> MenuVersion:
        """Return the journeys of the working copy, or those that citizens get if it cannot be compiled.

        Where only texts changed, their screens are compiled and nothing else: it takes milliseconds.
        """
        active = self._active()
        if self._shown is None or self._shown[0] is not active or self._shown[1] != working_copy.version:
            written = _with_texts(active, working_copy) or await self._compiled(working_copy) or active
            self._shown = (active, working_copy.version, written)
        return self._shown[2]

    async def changed_menus(self, scope: Scope = EVERYTHING) -> CompiledMenus | None:
        """Return the draft, to be tried, with the changes that this scope may publish.

        Returns None if it changes nothing, or cannot be compiled or read.
        """
        try:
            working_copy = await self.drafts.working_copy()
            if not scope.is_bound:
                return (await self.check(working_copy)).menus if working_copy.changed else None
            own = await asyncio.to_thread(own_changes, scope, working_copy)
            return (await self._apart(scope.ministry).check(own)).menus if own.changed else None
        except (MenusRefused, SourceUnavailable):
            return None

    def _apart(self, ministry: str) -> CompiledDraft:
        if ministry not in self._ministries:
            self._ministries[ministry] = CompiledDraft(self.drafts, self._check, self._within, self._active)
        return self._ministries[ministry]

    async def _compiled(self, working_copy: WorkingCopy) -> MenuVersion | None:
        found = (await self.check(working_copy)).menus
        return found.edition if found else None

    async def check(self, working_copy: WorkingCopy) -> CheckedDraft:
        """Check the working copy whole, once for each; takes tenths of a second after a change."""
        async with self._one:
            active = self._active()
            known, found = self._known or (None, None)
            if not found or known is not active or found.working_copy.version != working_copy.version:
                found = await asyncio.to_thread(self._checked, working_copy)
                self._known = (active, found)
            return replace(found, working_copy=working_copy)

    async def close(self) -> None:
        """Remove the folders."""
        for ministry in self._ministries.values():
            await ministry.close()
        async with self._one:
            if self._folder:
                await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    def _checked(self, working_copy: WorkingCopy) -> CheckedDraft:
        folder = self._lay_out(working_copy.files)
        try:
            found = self._check(folder)
        except InvalidMenu as broken:
            return CheckedDraft(working_copy, None, tuple(_within(folder, broken.problems)))
        wrong = tuple(_within(folder, flat(found.translation_problems)))
        return CheckedDraft(working_copy, found, translation_problems=wrong)

    def _lay_out(self, files: Files) -> Path:
        """Write what changed since the last time, and return the folder."""
        if self._folder is None or not self._folder.is_dir():
            self._within.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._folder, self._laid_out = Path(tempfile.mkdtemp(dir=self._within, prefix=PREFIX)), {}
        for path in self._laid_out.keys() - files.keys():
            (self._folder / path).unlink()
        for path, content in files.items():
            if self._laid_out.get(path) != content:
                (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
                (self._folder / path).write_bytes(content)
        self._laid_out = files
        os.utime(self._folder)  # so that nobody takes it for an old one (authoring/versions/cache.py)
        return self._folder


def _within(folder: Path, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield problems with their files named as in a version."""
    yield from (replace(one, file=one.file.removeprefix(f"{folder}/")) for one in problems)


def _with_texts(active: MenuVersion, working_copy: WorkingCopy) -> MenuVersion | None:
    """Return the active edition with the texts and translations of the draft; None if it changes more of a journey, or
    the table of languages.
    """
    edition: MenuVersion | None = None if LANGUAGES in working_copy.changed else active
    for path, one in working_copy.changed.items():
        if "/" not in path and path.endswith(".yaml") and edition:
            journey = journey_of(parse(one.content or b"", path))
            edition = with_changed_texts(edition, journey)
    if edition and any(map(is_of_languages, working_copy.changed)):
        return edition.with_translations(replace(edition, wordings=wordings_in(working_copy.files)))
    return edition
