"""The same question asked by many at once is asked once, and its answer serves again for a few seconds."""

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
    """Shares calls that have the same words, and keeps at most so many answers for so many seconds.

    The words are kept only as a hash under a secret of this process: they may hold a citizen's proof.
    """

    def __init__(self, seconds: float, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._secret = secrets.token_bytes(32)
        self._flying: dict[bytes, asyncio.Task[Value]] = {}
        self._landed: OrderedDict[bytes, tuple[float, Value]] = OrderedDict()

    async def get(self, words: tuple[str, ...], call: Callable[[], Awaitable[Value]]) -> Value:
        """The answer to these words. What call raises is raised for all who wait, and not kept."""
        key = blake2b("\0".join(words).encode(), key=self._secret, digest_size=16).digest()
        old_at, kept = self._landed.get(key, (0.0, None))
        if kept is not None and self._clock() < old_at:
            return kept
        flying = self._flying.get(key)
        if flying is None:
            flying = self._flying[key] = asyncio.create_task(self._fly(key, call))
            flying.add_done_callback(_seen)
        return await asyncio.shield(flying)  # one who no longer waits does not take the answer from the others

    async def close(self) -> None:
        """End the calls still in the air, and forget every answer."""
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
    """Nobody may be waiting any more when a call fails: its error is then looked at here, or asyncio would complain."""
    if not task.cancelled():
        task.exception()
