"""Shares one call between identical questions asked at the same time, and caches its answer for a few seconds."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Generic, TypeVar

Value = TypeVar("Value")


class SingleFlightCache(Generic[Value]):
    """Shares calls with equal words, and caches at most `most` answers for `seconds` seconds.

    The words may contain a citizen's proof, so only their hash with a secret of this process is stored.
    """

    def __init__(self, seconds: float, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._secret = secrets.token_bytes(32)
        self._flying: dict[bytes, asyncio.Task[Value]] = {}
        self._landed: OrderedDict[bytes, tuple[float, Value]] = OrderedDict()

    async def get(self, words: tuple[str, ...], call: Callable[[], Awaitable[Value]]) -> Value:
        """Return the answer to these words. An error of `call` is raised for all waiting callers, and not cached."""
        key = blake2b("\0".join(words).encode(), key=self._secret, digest_size=16).digest()
        old_at, cached = self._landed.get(key, (0.0, None))
        if cached is not None and self._clock() < old_at:
            return cached
        flying = self._flying.get(key)
        if flying is None:
            flying = self._flying[key] = asyncio.create_task(self._fly(key, call))
            flying.add_done_callback(_seen)
        return await asyncio.shield(flying)  # a cancelled caller must not cancel the call of the others

    async def close(self) -> None:
        """Cancel the running calls, and clear the cache."""
        flying = list(self._flying.values())
        for task in flying:
            task.cancel()
        await asyncio.gather(*flying, return_exceptions=True)
        self._landed.clear()

    async def _fly(self, key: bytes, call: Callable[[], Awaitable[Value]]) -> Value:
        try:
            value = await call()
        finally:
            del self._flying[key]
        self._landed[key] = (self._clock() + self._seconds, value)
        self._landed.move_to_end(key)
        while len(self._landed) > self._most:
            self._landed.popitem(last=False)
        return value


def _seen(task: asyncio.Task[Value]) -> None:
    """Read the error of a failed call without callers, because asyncio would log it otherwise."""
    if not task.cancelled():
        task.exception()
