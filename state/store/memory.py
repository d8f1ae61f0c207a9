"""Session store in the memory of one process, for replays and trials. It passes the same contract test as Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from state.store.interface import Allowance, Attempt, Entry, Window

MAX_KEYS: Final = 10_000  # keys


class InMemory:
    """A dict of keys that expire."""

    is_sharded = False

    def __init__(self) -> None:
        self.entries: dict[str, tuple[bytes, asyncio.TimerHandle]] = {}

    async def get(self, key: str) -> bytes:
        """Return the stored bytes, b"" if there are none."""
        return self.entries[key][0] if key in self.entries else b""

    async def get_both(self, key: str, other: str) -> tuple[bytes, bytes]:
        """Return the stored bytes of two keys."""
        return await self.get(key), await self.get(other)

    async def compare_and_set(self, key: str, was: bytes, now: bytes, life: float, *beside: Entry) -> bool:
        """Store `now` if `was` or `now` is stored; returns False if something else is."""
        if await self.get(key) not in (was, now):
            return False
        self._forget(key)
        if len(self.entries) >= MAX_KEYS:
            self._forget(next(iter(self.entries)))
        self.entries[key] = now, asyncio.get_running_loop().call_later(life, self._forget, key)
        for one in beside:
            await self.compare_and_set(one.key, await self.get(one.key), one.value, one.life)
        return True

    async def increment(self, key: str, life: float) -> int:
        """Add one to a counter; returns its value."""
        times = int(await self.get(key) or 0) + 1
        if times == 1:
            await self.compare_and_set(key, b"", b"1", life)
        else:
            self.entries[key] = b"%d" % times, self.entries[key][1]
        return times

    async def attempt(self, window: Window, tried: str) -> Attempt:
        """Add a try to its window if that is not full."""
        known = (await self.get(window.key)).split()
        is_known, is_new = tried.encode() in known, False
        if not is_known and len(known) < window.most:
            is_new = True
            if known:
                self.entries[window.key] = b" ".join((*known, tried.encode())), self.entries[window.key][1]
            else:
                await self.compare_and_set(window.key, b"", tried.encode(), window.life)
        left = (
            self.entries[window.key][1].when() - asyncio.get_running_loop().time()
            if window.key in self.entries
            else 0.0
        )
        return Attempt(is_known or is_new, is_new, left)

    async def withdraw(self, key: str, tried: str) -> None:
        """Remove a try from its window."""
        left = [one for one in (await self.get(key)).split() if one != tried.encode()]
        if left:
            self.entries[key] = b" ".join(left), self.entries[key][1]
        else:
            self._forget(key)

    async def throttle(self, key: str, every: float, burst: int, most: int) -> Allowance:
        """Allow uses, or return the seconds to wait."""
        now = asyncio.get_running_loop().time()
        due = max(float(await self.get(key) or 0), now)
        uses = min(most, int(burst - (due - now) / every))
        if uses < 1:
            return Allowance(0, due - now - every * (burst - 1))
        due += every * uses
        self._forget(key)
        await self.compare_and_set(key, b"", str(due).encode(), due - now + 1)
        return Allowance(uses, 0.0)

    async def add_distinct(self, key: str, members: Sequence[str], life: float) -> None:
        """Add digests of the members."""
        was = await self.get(key)
        known = {*was.split(), *(_short_digest(one) for one in members)}
        await self.compare_and_set(key, was, b" ".join(sorted(known)), life)

    async def count_distinct(self, *keys: str) -> int:
        """Return the number of different digests under these keys."""
        return len({one for key in keys for one in (await self.get(key)).split()})

    async def close(self) -> None:
        """Delete all keys."""
        for key in list(self.entries):
            self._forget(key)

    def _forget(self, key: str) -> None:
        if key in self.entries:
            self.entries.pop(key)[1].cancel()


def _short_digest(member: str) -> bytes:
    return blake2b(member.encode(), digest_size=6).hexdigest().encode()
