"""The keys of ministries' systems. A key and its entry in the audit are one transaction.

A key belongs to one ministry and is never changed: a system gets another one, and the former is revoked. A revoked key
stays, so that the audit still says whose it was.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import bindparam, select, update

from accounts.audit import Audit, AuditEvent
from accounts.refusals import Refused, attempt
from api.key_format import KEY_ID, KeyText, Mode, new_key
from database import tables
from database.interface import Database, Row

Scope = Literal["messages", "registers"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
MINISTRY: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
NAMED: Final = re.compile(r"[a-z0-9-]{2,40}")  # what the audit may repeat of a name that is refused
NO_DIGEST: Final = "0" * 64  # compared when there is no such key, so that both answers take equally long
_K = tables.api_keys.c
_COLUMNS: Final = (
    *(_K.id, _K.ministry, _K.mode, _K.scopes, _K.requests_per_minute, _K.parts_per_day),
    *(_K.callback, _K.added_by, _K.added_at, _K.revoked_at),
)
ALL: Final = select(*_COLUMNS).order_by(_K.ministry, _K.added_at, _K.id)
ONE: Final = select(*_COLUMNS, _K.digest).where(_K.id == bindparam("called"))
REVOKE: Final = (
    update(tables.api_keys)
    .where(_K.id == bindparam("called"), _K.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
    .returning(_K.ministry)
)

_R, _M = tables.ministry_recipients.c, tables.ministry_messages.c
STOP_MESSAGES: Final = (
    update(tables.ministry_recipients)
    .where(_R.state == "waiting", _R.message.in_(select(_M.id).where(_M.key_id == bindparam("whose"))))
    .values(state="refused", why="revoked")
    .returning(_R.key)
)


class KeyRefused(Refused):
    """A key cannot be added or revoked as requested; the text is for the operator."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a new key may do.

    parts_per_day is the number of SMS parts that it may send in a day; callback is the address of its system, if any.
    """

    ministry: str
    mode: Mode
    scopes: Sequence[Scope]
    requests_per_minute: int = 60
    parts_per_day: int = 1000
    callback: str = ""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A stored key, without its secret. Times are Unix seconds; revoked_at is None while it is valid."""

    id: str
    ministry: str
    mode: Mode
    scopes: tuple[Scope, ...]
    requests_per_minute: int
    parts_per_day: int
    callback: str
    added_by: str
    added_at: int
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class Revoked:
    """A revoked key: its ministry, and the number of citizens whose message was stopped."""

    ministry: str
    stopped: int = 0


class ApiKeys:
    """The keys in one database. clock gives Unix seconds. Every method raises SourceUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._audit = Audit(database, clock)

    async def add(self, wanted: NewKey, by: str) -> KeyText:
        """Store a new key and return it; its text cannot be had again. Raises KeyRefused."""
        async with self._attempt(by, "keys add", wanted.ministry):
            if not MINISTRY.fullmatch(wanted.ministry):
                raise KeyRefused(
                    "Nom de ministère refusé : il faut 2 à 40 lettres minuscules, chiffres ou tirets, et d’abord une "
                    "lettre, par exemple justice."
                )
            made, scopes = new_key(wanted.mode), " ".join(sorted(set(wanted.scopes)))
            details = {"mode": wanted.mode, "scopes": scopes, "parts a day": str(wanted.parts_per_day)}
            async with self._database.exclusive_transaction() as writer:
                await writer.insert_once(tables.api_keys, self._row(wanted, made, scopes, by))
                event = AuditEvent(by, "keys add", f"{wanted.ministry} {made.id}", details)
                await self._audit.add_within(writer, event)
        return made

    async def revoke(self, name: str, by: str, *, stop_messages: bool = False) -> Revoked:
        """Revoke the key with this id from now on. Raises KeyRefused.

        With stop_messages, what it asked for and is not in the outbox yet is not sent.
        """
        async with self._attempt(by, "keys revoke", name), self._database.exclusive_transaction() as writer:
            found = await writer.rows(REVOKE, called=name, now=self._now()) if KEY_ID.fullmatch(name) else []
            if not found:
                raise KeyRefused("Il n’y a pas de clé valable à ce nom : « zin keys list » les affiche.")
            revoked = Revoked(str(found[0]["ministry"]))
            if stop_messages:
                revoked = Revoked(revoked.ministry, len(await writer.rows(STOP_MESSAGES, whose=name)))
            details = {"messages": str(revoked.stopped)} if stop_messages else {}
            await self._audit.add_within(writer, AuditEvent(by, "keys revoke", f"{revoked.ministry} {name}", details))
        return revoked

    async def known(self) -> list[ApiKey]:
        """Every key, also revoked ones, by ministry."""
        return [_key(row) for row in await self._database.rows(ALL)]

    async def find(self, given: KeyText) -> ApiKey | None:
        """The stored key with this text, revoked or not; None if there is none."""
        found = await self._database.rows(ONE, called=given.id)
        digest = found[0]["digest"] if found else NO_DIGEST
        return _key(found[0]) if hmac.compare_digest(digest, given.digest) else None

    def _row(self, wanted: NewKey, made: KeyText, scopes: str, by: str) -> Row:
        return {
            "id": made.id,
            "ministry": wanted.ministry,
            "mode": wanted.mode,
            "scopes": scopes,
            "digest": made.digest,
            "requests_per_minute": wanted.requests_per_minute,
            "parts_per_day": wanted.parts_per_day,
            "callback": wanted.callback,
            "added_by": by,
            "added_at": self._now(),
            "revoked_at": None,
        }

    def _attempt(self, by: str, action: str, subject: str) -> AbstractAsyncContextManager[None]:
        """Record a refused change. Another text than a name is not written to the audit: it may be a key."""
        return attempt(self._audit, by, action, subject if NAMED.fullmatch(subject) else "?")

    def _now(self) -> int:
        return round(self._clock())


def _key(row: Any) -> ApiKey:
    fields = {name: value for name, value in row.items() if name != "digest"}
    return ApiKey(**{**fields, "scopes": tuple(row["scopes"].split())})
