"""The services that the operations of the API use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from api.keys import ApiKeys
from api.message_store import MinistryMessages
from catalog.entries import Entries
from database.interface import Database
from state.identity import Pseudonyms
from state.menu.model import Menu
from state.store.interface import Store


@dataclass(frozen=True, slots=True)
class ApiServices:
    """The services that the operations of the API use.

    entries returns those of the active menus, menus their compiled form by language, clock Unix seconds. names makes
    pseudonyms.
    """

    keys: ApiKeys
    store: Store
    database: Database
    names: Pseudonyms
    messages: MinistryMessages
    entries: Callable[[], Entries]
    menus: Callable[[], Mapping[str, Menu]]
    clock: Callable[[], float]


API_SERVICES: Final = web.AppKey("api", ApiServices)
