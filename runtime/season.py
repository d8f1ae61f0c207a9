"""Shows what citizens can ask now: the exam whose results have just come out, and no journey without data."""

from __future__ import annotations

from typing import Final

from sources import Sources
from state.menu.active_versions import ActiveMenus
from state.menu.schema import SEASON
from state.menu.versions import NO_SEASON

POLL_SECONDS: Final = 2.0  # between two looks; a look is two short queries, results are read from memory


async def look_at_season(sources: Sources, menus: ActiveMenus) -> int:
    """Ask what has data and what is in season, and show it; returns 0, the work of a round.

    Raises SourceUnavailable; the menus then stay as they are.
    """
    menus.close(await sources.without_data())
    outcome = await sources.ask(SEASON, {})
    menus.set_season(outcome.facts if outcome.trigger == "found" else NO_SEASON)
    return 0
