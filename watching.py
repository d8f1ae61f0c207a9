"""Menu and language files are watched: what is sound takes over, menus for new sessions and words for all.

What is not sound is told in the log and to the desk, and changes nothing: the version that runs goes on.
"""

from __future__ import annotations

import asyncio

import structlog
from watchfiles import awatch

from checking import checked
from settings import Settings
from sources import Sources
from state.errors import MenuBroken
from state.lookout import Lookout
from state.menus import Menus

log = structlog.get_logger("zin")


async def watch(settings: Settings, menus: Menus, sources: Sources, lookout: Lookout) -> None:
    """Take up what operators and translators save, as soon as all of it is sound; ends when it is cancelled."""
    async for _ in awatch(settings.menus, settings.locales):
        try:
            new = await asyncio.to_thread(checked, settings, sources.questions)
        except MenuBroken as broken:
            for problem in broken.problems:
                log.error("menu not taken up", problem=str(problem))
            lookout.tell(broken.problems)
            continue
        sources.take(new.entries, new.edition.offered, new.edition.wordings)
        menus.replace(new.edition)
        log.info("menu taken up", version=new.edition.version)
        lookout.tell()
