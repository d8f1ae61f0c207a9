"""What the first screen offers follows the data: over each database, with real sources."""

from __future__ import annotations

from datetime import date

from authoring.validation import validate
from database import tables
from runtime.season import look_at_season
from sources.registry import build_sources
from state.menu.active_versions import ActiveMenus
from state.session import MAX_SESSION_SECONDS
from tests.support.database import Registry

FILE = {
    "number": "700700", "birth_date": date(1971, 5, 4), "kind": "career", "step": "Dossier d'essai", "note": "",
    "updated": date(2026, 9, 1), "sample": False,
}  # fmt: skip
EMPTY = {"requests.status", "careers.file", "exams.result"}


async def test_journeys_open_as_their_data_comes(registry: Registry) -> None:
    settings = registry.settings
    sources = build_sources(settings, registry.database)
    menus = ActiveMenus(validate(settings, sources.built_in).edition, MAX_SESSION_SECONDS, lambda: 0.0)
    await look_at_season(sources, menus)
    assert menus.current.empty >= EMPTY
    await registry.add(tables.careers, FILE)
    await look_at_season(sources, menus)
    assert "careers.file" not in menus.current.empty
    assert "requests.status" in menus.current.empty
    await sources.close()
