"""Selects the menus that are served when a process starts, and activates other menus in a running process.

In production the newest publication is served, and the folders ZIN_MENUS and ZIN_LOCALES only hold the next version.
A demonstration serves the folders themselves. The very first start publishes the folders, so that a rollback always has
a target.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from authoring.diff.comparison import Replay
from authoring.drafts.compiled_draft import CompiledDraft
from authoring.drafts.files_in_service import LatestFiles, PublishedFiles
from authoring.drafts.files_on_disk import FolderChanges
from authoring.drafts.repository import MenuDrafts
from authoring.replay.regression import ReplayDifference, find_replay_differences
from authoring.validation import folder_validator
from authoring.versions.cache import CompiledMenus, CompiledVersionCache
from authoring.versions.folders import folders_of
from authoring.versions.publishing import MenuPublishing
from authoring.versions.repository import Publication, VersionRepository
from database.interface import Database
from settings import Settings
from sources import Sources
from state.menu.active_versions import ActiveMenus
from state.menu.change_feed import MenuChangeFeed
from state.menu.lint.rule import Questions
from state.menu.versions import MenuVersion
from state.store.redis import RedisSessionStore
from state.store.server_location import socket_path

FOLDER: Final = "versions"  # in the data folder: where versions of the menus are laid out to be read


@dataclass(frozen=True, slots=True)
class LoadedMenus:
    """The settings with the active menu folder, and its publication; None if the folder is not published."""

    settings: Settings
    publication: Publication | None


async def load_active_menus(settings: Settings, database: Database) -> LoadedMenus:
    """Return the menus that a process serves when it starts. Raises MenusRefused and SourceUnavailable."""
    if settings.reloads_saved_menus:
        return LoadedMenus(settings, None)
    versions = open_menu_publishing(settings, database)
    await versions.compiled.remove_old_folders()
    return LoadedMenus(await versions.active_settings(settings), await versions.repository.current())


def open_menu_publishing(
    settings: Settings,
    database: Database,
    questions: Questions | None = None,
    clock: Callable[[], float] = time.time,
) -> MenuPublishing:
    """Return the publishing service on this database; menus are checked against `questions`, by default our own."""
    compiled = CompiledVersionCache(
        VersionRepository(database), folder_validator(settings, questions), settings.data / FOLDER
    )
    return MenuPublishing(compiled, settings.locales, clock, settings.approved_kinds)


def open_draft(
    settings: Settings,
    versions: MenuPublishing,
    active: Callable[[], MenuVersion],
    feed: MenuChangeFeed,
    clock: Callable[[], float],
) -> CompiledDraft:
    """Return the draft of the menus over what citizens get; active returns their present edition."""
    compiled, folders = versions.compiled, folders_of(settings.menus, settings.locales)
    published = PublishedFiles(compiled.repository)
    latest = LatestFiles(folders, compiled.repository, lambda: feed.folder_replaces)
    files = latest if settings.reloads_saved_menus else published
    drafts = MenuDrafts(compiled.repository.database, files, clock)
    return CompiledDraft(drafts, compiled.check, settings.data / FOLDER, active)


def folder_changes(settings: Settings, versions: MenuPublishing) -> FolderChanges:
    """Return what finds changes in the folder of menus."""
    return FolderChanges(folders_of(settings.menus, settings.locales), versions.compiled.repository)


def replay_runner(settings: Settings) -> Replay | None:
    """Return a function that replays the recorded calls on two menu folders; None without a folder of recorded
    calls.
    """
    if not settings.journeys.is_dir():
        return None
    one = asyncio.Lock()  # it takes a processor for a second or two

    async def replay(before: Path, after: Path) -> list[ReplayDifference]:
        async with one:
            return await find_replay_differences(settings.journeys, before, after, settings)

    return replay


@asynccontextmanager
async def connect_store(settings: Settings) -> AsyncIterator[RedisSessionStore]:
    """Connect to the store of the running servers, for reading; if none runs, its methods raise StoreUnavailable."""
    url = settings.redis_url or f"unix://{quote(str(socket_path(settings.data.resolve())))}"
    store = RedisSessionStore(url, settings.connect_seconds, settings.failover_seconds)
    try:
        yield store
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class MenuActivator:
    """What a process updates when it activates other menus."""

    menus: ActiveMenus
    sources: Sources

    def activate(self, found: CompiledMenus) -> None:
        """Serve these menus from now on; open sessions finish on the version they began with.

        A language whose translations have a problem stays as it is served now.
        """
        edition, served = found.edition, self.menus.current.wordings
        if stays := {code: served[code] for code in found.translation_problems if code in served}:
            edition = edition.with_translations(replace(edition, wordings={**edition.wordings, **stays}))
        self.sources.reload(found.entries, edition.offered, edition.wordings)
        self.menus.activate(edition)
