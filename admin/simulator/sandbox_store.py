"""The store of sandboxes: their sessions and counters have keys apart from those of citizens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from state.store.interface import Allowance, Attempt, Entry, Store, Window


@dataclass(frozen=True, slots=True)
class SandboxStore:
    """A store inside another: all its keys have a prefix. It does not close the outer store."""

    store: Store
    prefix: str

    @property
    def is_sharded(self) -> bool:
        """Whether the outer store is a cluster; the prefix has no hash tag."""
        return self.store.is_sharded

    async def get(self, key: str) -> bytes:
        """Return the value of a key."""
        return await self.store.get(self.prefix + key)

    async def get_both(self, key: str, other: str) -> tuple[bytes, bytes]:
        """Return the values of two keys."""
        return await self.store.get_both(self.prefix + key, self.prefix + other)

    async def compare_and_set(self, key: str, was: bytes, now: bytes, life: float, *beside: Entry) -> bool:
        """Replace a value if it is unchanged."""
        own = (one._replace(key=self.prefix + one.key) for one in beside)
        return await self.store.compare_and_set(self.prefix + key, was, now, life, *own)

    async def increment(self, key: str, life: float) -> int:
        """Increment a counter and return it."""
        return await self.store.increment(self.prefix + key, life)

    async def attempt(self, window: Window, tried: str) -> Attempt:
        """Count an attempt in a window."""
        return await self.store.attempt(window._replace(key=self.prefix + window.key), tried)

    async def withdraw(self, key: str, tried: str) -> None:
        """Take back an attempt."""
        await self.store.withdraw(self.prefix + key, tried)

    async def throttle(self, key: str, every: float, burst: int, most: int) -> Allowance:
        """Allow uses of a rate."""
        return await self.store.throttle(self.prefix + key, every, burst, most)

    async def add_distinct(self, key: str, members: Sequence[str], life: float) -> None:
        """Add members to an estimate."""
        await self.store.add_distinct(self.prefix + key, members, life)

    async def count_distinct(self, *keys: str) -> int:
        """Return the estimate for keys together."""
        return await self.store.count_distinct(*(self.prefix + key for key in keys))

    async def close(self) -> None:
        """Do nothing: the outer store stays open."""

    async def forget(self, key: str) -> None:
        """Delete a key."""
        await self.compare_and_set(key, await self.get(key), b"", 0.001)
