"""Calls of a store whose server is gone or refuses, repeated until the machine is quick enough for the deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

from state.errors import StoreUnavailable
from tests.support.patience import PATIENCE

SHORT: Final = 0.3  # seconds: the deadline of a store whose calls are to fail
Answer = TypeVar("Answer")


async def until_answered(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """The first answer."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(StoreUnavailable):
                return await call()


async def until_refused(call: Callable[[], Awaitable[object]], word: str) -> None:
    """Call until the store reports this refusal of its server. Raises every other refusal."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await call()
            except StoreUnavailable as error:
                if str(error).endswith(f"refuses: {word}"):
                    return
                if "does not answer" not in str(error):
                    raise
