"""A worker whose process is stopped in the middle of a round."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import pytest


async def stop_within(round_: Callable[[], Awaitable[int]], kind: type[Any], method: str) -> None:
    """Start a round, and cancel it as soon as it waits for this method, which never returns."""
    begun = asyncio.Event()

    async def hangs(*_: object, **__: object) -> NoReturn:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kind, method, hangs)
        running = asyncio.ensure_future(round_())
        await begun.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
