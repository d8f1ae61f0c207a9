"""Lets a process that is still starting, or waits for a store, stop as soon as it is asked to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def cut_short(stop: asyncio.Event) -> AsyncIterator[None]:
    """Cancel the block when the event is set meanwhile, and then leave it without an error."""
    starting = asyncio.current_task()
    assert starting

    async def cancel() -> None:
        await stop.wait()
        starting.cancel()

    watching = asyncio.create_task(cancel())
    try:
        yield
    except asyncio.CancelledError:
        if not stop.is_set() or starting.uncancel():  # it was somebody else who cancelled
            raise
    finally:
        watching.cancel()
