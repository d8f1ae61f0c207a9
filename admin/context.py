"""The services that the pages of the admin site use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from authoring.diff.comparison import Replay
from authoring.drafts.compiled_draft import CompiledDraft
from authoring.drafts.files_on_disk import FolderChanges
from authoring.versions.publishing import MenuPublishing
from database.interface import Database
from settings import Settings
from state.menu.active_versions import ActiveMenus
from state.menu.change_feed import MenuChangeFeed
from state.store.redis import RedisSessionStore


@dataclass(frozen=True, slots=True)
class AdminContext:
    """The services that the pages of the admin site use."""

    settings: Settings
    store: RedisSessionStore
    database: Database
    menus: ActiveMenus
    change_feed: MenuChangeFeed
    versions: MenuPublishing
    draft: CompiledDraft
    on_disk: FolderChanges
    replay: Replay | None = None  # plays the calls written down on two folders of menus


ADMIN_CONTEXT: Final = web.AppKey("desk", AdminContext)
