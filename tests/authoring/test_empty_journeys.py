"""Journeys without data, as operators read of them: over each database, by `zin check` and on the map."""

from __future__ import annotations

from datetime import date

from authoring.empty_journeys import look_for_data
from authoring.validation import ValidatedMenus, validate
from database import open_database, tables
from database.migrations import migrate
from sources.registry import build_sources
from tests.support.database import Registry

REQUEST = {
    "reference": "RE777", "service": "Casier judiciaire", "status": "ready", "updated": date(2026, 9, 1), "note": "",
    "phone_tail": "4321", "birth_date": None, "sample": False,
}  # fmt: skip


def menus_of(registry: Registry) -> ValidatedMenus:
    return validate(registry.settings, build_sources(registry.settings, registry.database).built_in)


async def test_empty_database_names_each_journey_and_what_feeds_it(registry: Registry) -> None:
    found = await look_for_data(registry.settings, menus_of(registry))
    assert [one.name for one in found] == ["careers", "exams", "requests"]
    assert found[0].line.startswith("« Carrière et pension » n'est pas proposé aux citoyens : aucune donnée ici.")
    assert found[1].line.endswith("Ce qui l'alimente : « zin results import »")


async def test_one_row_is_enough_for_a_journey(registry: Registry) -> None:
    await registry.add(tables.requests, REQUEST)
    assert [one.name for one in await look_for_data(registry.settings, menus_of(registry))] == ["careers", "exams"]


async def test_sample_data_leaves_no_journey_empty(filled: Registry) -> None:
    assert await look_for_data(filled.settings, menus_of(filled)) == ()


async def test_nothing_is_said_before_the_first_start(bare: Registry) -> None:
    assert await look_for_data(bare.settings, menus_of(bare)) == ()


async def test_every_journey_is_known_by_what_feeds_it(registry: Registry) -> None:
    menus = menus_of(registry)
    found = await look_for_data(registry.settings, menus)
    assert found
    assert [one.name for one in found if not one.questions] == []


async def test_database_is_left_as_it_was(bare: Registry) -> None:
    await look_for_data(bare.settings, menus_of(bare))
    database = open_database(bare.settings)
    assert await database.version() == ""
    await migrate(database)
    await database.close()
