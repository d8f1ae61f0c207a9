"""What the pages of the desk reach for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from authoring.diff.comparison import Replay
from authoring.versions.publishing import Versions
from database.interface import Database
from settings import Settings
from state.menu.versions import Lookout, Menus
from state.store.redis import Valkey


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the house that operators look at and work on."""

    settings: Settings
    store: Valkey
    database: Database
    menus: Menus
    lookout: Lookout
    versions: Versions
    replay: Replay | None = None  # plays the calls written down on two folders of menus


DESK: Final = web.AppKey("desk", Desk)
