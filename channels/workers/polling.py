"""The loop of a worker: one round after another, with a pause if there was no work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

import structlog

from state.errors import ZinError

log = structlog.get_logger()


Rest = Callable[[], Awaitable[object]]


async def poll_forever(once: Callable[[], Awaitable[int]], idle: float, of: str, rest: Rest | None = None) -> NoReturn:
    """Run rounds until cancelled. once returns how much work it did, idle is the pause in seconds.

    of names the work in the log. A round that fails, with any exception, is logged and followed by a pause. rest, if
    given, is awaited after a round without work instead, such as a wait for new rows (database/changes.py).
    """
    while True:
        try:
            if not await once():
                await (rest() if rest else asyncio.sleep(idle))
            continue
        except ZinError as down:
            log.warning(f"{of} not read", why=str(down))
        except Exception:  # our own fault or one invalid row: it must not stop the later rounds
            log.exception(f"{of} failed")
        await asyncio.sleep(idle)
