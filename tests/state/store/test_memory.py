"""The store in memory is bounded."""

from __future__ import annotations

import pytest

from state.store import memory
from state.store.memory import InMemory


async def test_memory_forgets_the_oldest_above_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MAX_KEYS", 3)
    store = InMemory()
    for key in "abca":
        await store.compare_and_set(key, await store.get(key), b"1" + await store.get(key), 60)
    await store.compare_and_set("d", b"", b"1", 60)
    assert list(store.entries) == ["c", "a", "d"]
    await store.close()
    assert not store.entries
