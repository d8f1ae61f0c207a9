"""The part of the store in which trials keep their sessions and counters, so that they never meet a citizen's."""

from __future__ import annotations

from dataclasses import dataclass

from state.store.redis import Attempt, DedupKey, Store, Window


@dataclass(frozen=True, slots=True)
class TrialStore:
    """A Store inside another, whose every key begins with a word of its own. The one around it is closed by others."""

    around: Store
    word: str

    async def get(self, key: str) -> bytes:
        return await self.around.get(self.word + key)

    async def compare_and_set(
        self, key: str, was: bytes, now: bytes, life: float, mark: DedupKey | None = None
    ) -> bool:
        marked = DedupKey(self.word + mark.key, mark.life) if mark else None
        return await self.around.compare_and_set(self.word + key, was, now, life, marked)

    async def increment(self, key: str, life: float) -> int:
        return await self.around.increment(self.word + key, life)

    async def attempt(self, window: Window, tried: str) -> Attempt:
        return await self.around.attempt(window._replace(key=self.word + window.key), tried)

    async def withdraw(self, key: str, tried: str) -> None:
        await self.around.withdraw(self.word + key, tried)

    async def throttle(self, key: str, every: float, burst: int) -> float:
        return await self.around.throttle(self.word + key, every, burst)

    async def close(self) -> None:
        """Nothing of its own is open."""

    async def forget(self, key: str) -> None:
        """Store nothing there any more."""
        await self.compare_and_set(key, await self.get(key), b"", 0.001)
