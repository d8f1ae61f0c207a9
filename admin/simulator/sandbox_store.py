"""The part of the store in which trials keep their sessions and counters, so that they never meet a citizen's."""

from __future__ import annotations

from dataclasses import dataclass

from state.store.redis import Attempt, DedupKey, Store, Window


@dataclass(frozen=True, slots=True)
class SandboxStore:
    """A Store inside another, whose every key begins with a word of its own. The one around it is closed by others."""

    store: Store
    prefix: str

    async def get(self, key: str) -> bytes:
        return await self.store.get(self.prefix + key)

    async def compare_and_set(
        self, key: str, was: bytes, now: bytes, life: float, mark: DedupKey | None = None
    ) -> bool:
        marked = DedupKey(self.prefix + mark.key, mark.life) if mark else None
        return await self.store.compare_and_set(self.prefix + key, was, now, life, marked)

    async def increment(self, key: str, life: float) -> int:
        return await self.store.increment(self.prefix + key, life)

    async def attempt(self, window: Window, tried: str) -> Attempt:
        return await self.store.attempt(window._replace(key=self.prefix + window.key), tried)

    async def withdraw(self, key: str, tried: str) -> None:
        await self.store.withdraw(self.prefix + key, tried)

    async def throttle(self, key: str, every: float, burst: int) -> float:
        return await self.store.throttle(self.prefix + key, every, burst)

    async def close(self) -> None:
        """Nothing of its own is open."""

    async def forget(self, key: str) -> None:
        """Store nothing there any more."""
        await self.compare_and_set(key, await self.get(key), b"", 0.001)
