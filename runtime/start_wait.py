"""Waits at start for SQL that does not answer yet, as when a data centre starts all its machines at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from database.errors import DatabaseAway

PAUSE_SECONDS: Final = 0.5  # between two tries
log = structlog.get_logger("zin")


async def wait_for_sql(prepare: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Prepare the database; while it is away, try again for so many seconds. Raises the last error.

    Says so in one line. An error that no waiting ends, such as a wrong password, is raised at once.
    """
    clock, waits = asyncio.get_running_loop().time, False
    until = clock() + seconds
    while True:
        try:
            await prepare()
        except DatabaseAway as away:
            if clock() >= until:
                raise
            if not waits:
                log.warning("waiting for SQL", why=str(away), seconds_at_most=seconds)
            waits = True
        else:
            if waits:
                log.info("SQL answers")
            return
        await asyncio.sleep(PAUSE_SECONDS)
