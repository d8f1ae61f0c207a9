"""Callers who count in the store what they saved, so that a lost, an older and another's value are all noticed."""

from __future__ import annotations

import asyncio
from typing import Final

from state.store.interface import Entry, Store

CALLERS: Final = 32


class Citizens:
    """Callers who each save one number more than they saved before, in two values, and check what is stored."""

    def __init__(self, store: Store) -> None:
        self._store, self._goes_on = store, True
        self.saved = [0] * CALLERS
        self.gone: list[int] = []  # saves that were acknowledged and are not there

    def end(self) -> None:
        self._goes_on = False

    async def call(self, number: int) -> None:
        key, mark, turns = f"session:{{{number}}}", f"heard:{{{number}}}", 0
        while self._goes_on or turns < 3:
            stored, beside = await self._store.get_both(key, mark)
            assert beside == stored
            owner, _, count = (stored or b"%d/0" % number).partition(b"/")
            assert int(owner) == number
            assert int(count) <= self.saved[number]
            if int(count) < self.saved[number]:
                self.gone.append(self.saved[number] - int(count))
            now = b"%d/%d" % (number, int(count) + 1)
            assert await self._store.compare_and_set(key, stored, now, 600, Entry(mark, now, 600))
            self.saved[number], turns = int(count) + 1, turns + 1 if not self._goes_on else 0
            await asyncio.sleep(0.005)
