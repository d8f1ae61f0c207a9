"""A store whose server is gone."""

from __future__ import annotations

from state.errors import StoreUnavailable
from state.store.memory import InMemory


class FailingStore(InMemory):
    """A store that fails at every call: each one begins with what is stored."""

    async def get(self, key: str) -> bytes:
        raise StoreUnavailable("made to fail")
