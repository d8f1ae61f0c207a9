"""What the pages of the desk reach for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from registry.database import Database
from settings import Settings
from state.lookout import Lookout
from state.menus import Menus
from state.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the house that operators look at and work on."""

    settings: Settings
    store: Store
    database: Database
    menus: Menus
    lookout: Lookout


DESK: Final = web.AppKey("desk", Desk)
