"""The loop of a worker: one round after another, with a pause if there was no work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

import structlog

from state.errors import ZinError

log = structlog.get_logger()


async def poll_forever(once: Callable[[], Awaitable[int]], idle: float, of: str) -> NoReturn:
    """Run rounds until cancelled. once returns how much work it did, idle is the pause in seconds.

    of names the work in the log. A round that fails, with any exception, is logged and followed by a pause.
    """
    while True:
        try:
            done = await once()
        except ZinError as down:
            log.warning(f"{of} not read", why=str(down))
            done = 0
        except Exception:  # our own fault or one invalid row: it must not stop the later rounds
            log.exception(f"{of} failed")
            done = 0
        if not done:
            await asyncio.sleep(idle)
