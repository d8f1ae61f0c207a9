"""Logins of which the password was right and the code of the second factor is awaited: a cookie of a few minutes."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from secrets import token_urlsafe
from typing import Final

import orjson

from admin.login_sessions import digest
from state.store.interface import Store

PENDING_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """The account whose password was right, and its stamp (Accounts.standing) at that moment."""

    name: str
    proof: str


class PendingLogins:
    """The records in one store. Every method raises StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin(self, pending: PendingLogin) -> str:
        """Write a record, and return the token of its cookie."""
        token = token_urlsafe(32)
        await self._store.compare_and_set(_key(token), b"", orjson.dumps(astuple(pending)), PENDING_SECONDS)
        return token

    async def find(self, token: str) -> PendingLogin | None:
        """Return the record of this cookie; None if there is none or it expired."""
        try:
            name, proof = orjson.loads(await self._store.get(_key(token)) or b"null")
            return PendingLogin(str(name), str(proof))
        except (TypeError, ValueError):
            return None

    async def end(self, token: str) -> None:
        """Delete the record of this cookie."""
        key = _key(token)
        await self._store.compare_and_set(key, await self._store.get(key), b"", 0.001)


def _key(token: str) -> str:
    return f"desk-code:{digest(token)}"
