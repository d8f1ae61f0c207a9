"""The rhythm of whoever takes work from the registry: round after round, with a rest when there was nothing to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

import structlog

from state.errors import ZinError

log = structlog.get_logger()


async def poll_forever(once: Callable[[], Awaitable[int]], idle: float, of: str) -> NoReturn:
    """Go on until cancelled; once gives how much was done, idle is in seconds, of names the work in the log.

    A round that fails, whatever it raises, is told to the log and followed by a rest and the next one.
    """
    while True:
        try:
            done = await once()
        except ZinError as down:
            log.warning(f"{of} not read", why=str(down))
            done = 0
        except Exception:  # a mistake of ours, or one odd row: it must not end all the rounds after it
            log.exception(f"{of} failed")
            done = 0
        if not done:
            await asyncio.sleep(idle)
