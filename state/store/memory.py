"""The store within one process: what stands in for Valkey where no session must last. Held to the same contract."""

from __future__ import annotations

import asyncio
from typing import Final

from state.store.redis import Attempt, Mark, Window

MOST_IN_MEMORY: Final = 10_000  # keys


class InMemory:
    """Keys with a life, in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, asyncio.TimerHandle]] = {}

    async def load(self, key: str) -> bytes:
        return self.kept[key][0] if key in self.kept else b""

    async def save(self, key: str, was: bytes, now: bytes, life: float, mark: Mark | None = None) -> bool:
        if await self.load(key) not in (was, now):
            return False
        self._forget(key)
        if len(self.kept) >= MOST_IN_MEMORY:
            self._forget(next(iter(self.kept)))
        self.kept[key] = now, asyncio.get_running_loop().call_later(life, self._forget, key)
        if mark:
            await self.save(mark.key, await self.load(mark.key), b"1", mark.life)
        return True

    async def count(self, key: str, life: float) -> int:
        times = int(await self.load(key) or 0) + 1
        if times == 1:
            await self.save(key, b"", b"1", life)
        else:
            self.kept[key] = b"%d" % times, self.kept[key][1]
        return times

    async def attempt(self, window: Window, tried: str) -> Attempt:
        known = (await self.load(window.key)).split()
        is_known, is_new = tried.encode() in known, False
        if not is_known and len(known) < window.most:
            is_new = True
            if known:
                self.kept[window.key] = b" ".join((*known, tried.encode())), self.kept[window.key][1]
            else:
                await self.save(window.key, b"", tried.encode(), window.life)
        left = self.kept[window.key][1].when() - asyncio.get_running_loop().time() if window.key in self.kept else 0.0
        return Attempt(is_known or is_new, is_new, left)

    async def withdraw(self, key: str, tried: str) -> None:
        left = [one for one in (await self.load(key)).split() if one != tried.encode()]
        if left:
            self.kept[key] = b" ".join(left), self.kept[key][1]
        else:
            self._forget(key)

    async def pace(self, key: str, every: float, burst: int) -> float:
        now = asyncio.get_running_loop().time()
        due = max(float(await self.load(key) or 0), now)
        if (wait := due - now - every * (burst - 1)) > 0:
            return wait
        self._forget(key)
        await self.save(key, b"", str(due + every).encode(), due + every - now + 1)
        return 0.0

    async def close(self) -> None:
        for key in list(self.kept):
            self._forget(key)

    def _forget(self, key: str) -> None:
        if key in self.kept:
            self.kept.pop(key)[1].cancel()
