"""What somebody sent and has not taken yet: in the store, the last one of each account, for half an hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

import orjson

from state.store.interface import Store

WAITING_SECONDS: Final = 1800.0
MAX_TRIES: Final = 3  # of one account that sends two files at the same moment


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """A file as it came, and the folder that was chosen for it."""

    name: str
    folder: str
    raw: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """What a form sends back, to show which file it is about."""
        return blake2b(self.raw, digest_size=10).hexdigest()


class PendingUploads:
    """The files in one store. Every method raises StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, name: str, upload: PendingUpload) -> None:
        """Store what an account sent, in place of what it sent before."""
        head = orjson.dumps((upload.name, upload.folder))
        await self._replace(name, head + b"\n" + upload.raw, WAITING_SECONDS)

    async def find(self, name: str) -> PendingUpload | None:
        """Return what an account sent; None if there is nothing, or it waited too long."""
        head, newline, raw = (await self._store.get(_key(name))).partition(b"\n")
        if not newline:
            return None
        sent_as, folder = orjson.loads(head)
        return PendingUpload(str(sent_as), str(folder), raw)

    async def end(self, name: str) -> None:
        """Forget what an account sent."""
        await self._replace(name, b"", 0.001)

    async def _replace(self, name: str, stored: bytes, life: float) -> None:
        for _ in range(MAX_TRIES):
            if await self._store.compare_and_set(_key(name), await self._store.get(_key(name)), stored, life):
                return


def _key(name: str) -> str:
    return f"desk-upload:{name}"
