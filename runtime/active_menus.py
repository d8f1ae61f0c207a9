"""Which menus citizens get when a process starts, and how a process takes up others.

In production they get the newest publication, and the folder ZIN_MENUS is only where the next version is prepared. A
demonstration starts on the folder as it stands. The first start of all publishes the folder, so that there is always
something to go back to.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from authoring.diff.comparison import Replay
from authoring.diff.report import COMMUNES
from authoring.replay.regression import ReplayDifference, find_replay_differences
from authoring.validation import folder_validator
from authoring.versions.cache import CompiledMenus, CompiledVersionCache
from authoring.versions.publishing import MenuPublishing
from authoring.versions.repository import Publication, VersionRepository
from catalog.communes import load_communes
from database.interface import Database
from settings import Settings
from sources import Sources
from state.menu.lint.rule import Questions
from state.menu.versions import ActiveMenus
from state.store.redis import RedisSessionStore
from state.store.server_location import socket_path

FOLDER: Final = "versions"  # in the data folder: where versions of the menus are laid out to be read


@dataclass(frozen=True, slots=True)
class LoadedMenus:
    """The settings with the folder of menus that citizens get, and the publication which that is, if it is one."""

    settings: Settings
    publication: Publication | None


async def load_active_menus(settings: Settings, database: Database) -> LoadedMenus:
    """What a process that starts now serves. Raises MenusRefused and SourceUnavailable."""
    if settings.env == "demo":
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
    """The versions of this registry, checked against these questions, ours unless given."""
    compiled = CompiledVersionCache(
        VersionRepository(database), folder_validator(settings, questions), settings.data / FOLDER
    )
    return MenuPublishing(compiled, clock)


def replay_runner(settings: Settings) -> Replay | None:
    """What plays the calls that were written down on two folders of menus; None where there are none."""
    if not settings.journeys.is_dir():
        return None
    one = asyncio.Lock()  # it takes a processor for a second or two

    async def replay(before: Path, after: Path) -> list[ReplayDifference]:
        async with one:
            return await find_replay_differences(settings.journeys, before, after, settings)

    return replay


@asynccontextmanager
async def connect_store(settings: Settings) -> AsyncIterator[RedisSessionStore]:
    """The store of the servers that run on these settings, for who only looks; where none runs, it is unavailable."""
    url = settings.redis_url or f"unix://{quote(str(socket_path(settings.data.resolve())))}"
    store = RedisSessionStore(url, settings.connect_seconds)
    try:
        yield store
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class MenuActivator:
    """What changes when a process takes up other menus."""

    menus: ActiveMenus
    sources: Sources
    database: Database

    async def activate(self, found: CompiledMenus, folder: Path) -> None:
        """Give citizens this from now on; whoever is on the line finishes on what they began with.

        Raises SourceUnavailable when the communes could not be taken up; everything else was.
        """
        self.sources.reload(found.entries, found.edition.offered, found.edition.wordings)
        self.menus.activate(found.edition)
        if (folder / COMMUNES).exists():
            await load_communes(self.database, folder / COMMUNES)
