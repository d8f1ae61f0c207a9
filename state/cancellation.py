"""Ends tasks that run until they are cancelled, such as the loops of workers."""

from __future__ import annotations

import asyncio
from typing import Any, Final

AGAIN_SECONDS: Final = 0.5


async def end_task(task: asyncio.Task[Any]) -> None:
    """Cancel a task until it has ended; an error of its own is not raised.

    One cancellation may be lost: asyncio.wait_for, which asyncpg uses, loses it on Python 3.11 if it comes with
    the result, and a loop that goes on after errors then runs for ever (https://github.com/python/cpython/issues/86296).
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=AGAIN_SECONDS)
    if not task.cancelled():
        task.exception()  # or asyncio reports that nobody asked for it
