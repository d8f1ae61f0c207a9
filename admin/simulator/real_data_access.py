"""Real personal files in the simulator: user, reason and end of each permission.

It requires an account with a suitable role and a reason; the audit entry and the permission are one transaction, and
the permission expires. It belongs to one login, and the role is checked at each use.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import orjson

from accounts.audit import Audit, AuditEvent
from accounts.refusals import Refused, attempt
from admin.permissions import CurrentUser
from database.interface import Database, Writer
from state.store.interface import Store

PERMISSION_SECONDS: Final = 30 * 60.0  # how long a permission lasts
MIN_REASON, MAX_REASON = 10, 160  # signs
ACTION, SUBJECT = "trial real files", "simulator"  # as the audit has them


class NotPermitted(Refused):
    """Real files are not shown. The text is French, for the operator."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Permission to see real files until a time in Unix seconds."""

    until: float
    reason: str


class RealFiles:
    """The permissions of all logins. Every method raises StoreUnavailable."""

    def __init__(self, store: Store, database: Database) -> None:
        self._store, self._database = store, database

    async def permission(self, visitor: CurrentUser) -> Permission | None:
        """Return the permission of this user; None if samples are shown."""
        stored = await self._store.get(_key(visitor)) if visitor.has_permission("personal") else b""
        found = Permission(*orjson.loads(stored)) if stored else None
        return found if found and self._now() < found.until else None

    async def permit(self, visitor: CurrentUser, reason: str) -> None:
        """Show real files to this user for PERMISSION_SECONDS. Raises NotPermitted and SourceUnavailable."""
        by = visitor.operator
        if by is None or not visitor.has_permission("personal"):
            raise NotPermitted("Il faut un compte d'importateur ou d'éditeur à son nom pour cela.")
        key, permission = _key(visitor), orjson.dumps([self._now() + PERMISSION_SECONDS, " ".join(reason.split())])
        async with (
            attempt(Audit(self._database), by.name, ACTION, SUBJECT),
            self._database.exclusive_transaction() as writer,
        ):
            await note_reason(self._database, writer, by.name, reason)
            while not await self._store.compare_and_set(
                key, await self._store.get(key), permission, PERMISSION_SECONDS
            ):
                """Another request of the same visit was quicker."""

    async def end(self, visitor: CurrentUser) -> None:
        """Show samples again."""
        key = _key(visitor)
        while not await self._store.compare_and_set(key, await self._store.get(key), b"", 0.001):
            """Another request of the same visit was quicker."""

    def _now(self) -> float:
        return time.time()


async def note_reason(database: Database, writer: Writer, by: str, reason: str) -> None:
    """Write the reason to the audit in an open transaction. Raises NotPermitted."""
    reason = " ".join(reason.split())
    if not (MIN_REASON <= len(reason) <= MAX_REASON and reason.isprintable()):
        raise NotPermitted(f"Dites pourquoi vous voulez voir de vrais dossiers, en {MIN_REASON} à {MAX_REASON} signes.")
    await Audit(database).add_within(writer, AuditEvent(by, ACTION, SUBJECT, {"reason": reason}))


def _key(visitor: CurrentUser) -> str:
    return f"desk:real:{sha256(visitor.csrf.encode()).hexdigest()}"
