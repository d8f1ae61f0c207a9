"""The journeys that have nothing to look up in on this installation, and what feeds them.

Citizens are not offered them (state/menu/closed_journeys.py); `zin check` and the map of the menus name them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from authoring.validation import ValidatedMenus
from database import open_database
from settings import Settings
from sources.registry import build_sources
from sources.services import Catalogue
from state.menu.closed_journeys import empty_journeys
from state.menu.versions import MenuVersion
from state.text.languages import SOURCE

FED_BY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "requests.status": "« zin registers import requests », ou un fichier de menus/sources",
        "careers.file": "« zin registers import careers », ou un fichier de menus/sources",
        "exams.result": "« zin results import »",
    }
)


@dataclass(frozen=True, slots=True)
class EmptyJourney:
    """A journey that is not offered; line says so in French, with what feeds it."""

    name: str
    title: str
    questions: tuple[str, ...]

    @property
    def line(self) -> str:
        """Return one line for operators."""
        fed = " ; ".join(FED_BY.get(one, one) for one in self.questions)
        return f"« {self.title} » n'est pas proposé aux citoyens : aucune donnée ici. Ce qui l'alimente : {fed}"


def journeys_without_data(edition: MenuVersion, empty: Collection[str]) -> tuple[EmptyJourney, ...]:
    """Return the journeys that look up one of these questions, in the order of their names."""
    menu, found = edition.menu(SOURCE), list[EmptyJourney]()
    for name in sorted(empty_journeys(menu, empty)):
        asked = (screen.question for screen in menu.screens.values() if screen.name.startswith(f"{name}."))
        questions = dict.fromkeys(question.name for question in asked if question and question.name in FED_BY)
        found.append(EmptyJourney(name, edition.journeys.files[name].title, tuple(questions)))
    return tuple(found)


async def look_for_data(settings: Settings, found: ValidatedMenus) -> tuple[EmptyJourney, ...]:
    """Return the journeys without data in the database of these settings; none before its first start.

    Raises SourceUnavailable.
    """
    database = open_database(settings)
    no_services = Catalogue({})  # they always have data, and indexing them takes long
    sources = build_sources(settings, database, found.entries, no_services)
    try:
        empty = await sources.without_data() if await database.version() else frozenset[str]()
        return journeys_without_data(found.edition, empty)
    finally:
        await sources.close()
        await database.close()
