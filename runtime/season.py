"""Shows on the first screen what is in season: the exam whose results have just come out."""

from __future__ import annotations

from typing import Final

from sources import Sources
from state.menu.active_versions import ActiveMenus
from state.menu.schema import SEASON
from state.menu.versions import NO_SEASON

POLL_SECONDS: Final = 5.0  # between two looks; results are read from memory, so a look costs nothing


async def look_at_season(sources: Sources, menus: ActiveMenus) -> int:
    """Ask what is in season and show it; returns 0, the work of a round. Raises SourceUnavailable."""
    outcome = await sources.ask(SEASON, {})
    menus.set_season(outcome.facts if outcome.trigger == "found" else NO_SEASON)
    return 0
