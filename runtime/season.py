"""Shows what citizens can ask now: the exam whose results have just come out, and no journey without data."""

from __future__ import annotations

import asyncio
from typing import Final

from database import tables
from database.changes import Watch
from sources import Sources
from state.menu.active_versions import ActiveMenus
from state.menu.schema import SEASON
from state.menu.versions import NO_SEASON

POLL_SECONDS: Final = 2.0  # between two looks at least; a look is four short queries
LONGEST_POLL_SECONDS: Final = 10.0  # with a signal of changes: the hour of a publication comes without one


TABLES: Final = (tables.careers, tables.publications, tables.requests)


async def rest(watch: Watch) -> None:
    """Wait until the next look."""
    await asyncio.sleep(POLL_SECONDS)
    await watch.wait(0.0, LONGEST_POLL_SECONDS - POLL_SECONDS)


async def look_at_season(sources: Sources, menus: ActiveMenus) -> int:
    """Ask what has data and what is in season, and show it; returns 0, the work of a round.

    Raises SourceUnavailable; the menus then stay as they are.
    """
    menus.close(await sources.without_data())
    outcome = await sources.ask(SEASON, {})
    menus.set_season(outcome.facts if outcome.trigger == "found" else NO_SEASON)
    return 0
