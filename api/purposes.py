"""Purposes for which a ministry may write to citizens who did not ask: released by an approver, with the audit."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, delete, select

from accounts.accounts import Operator
from accounts.audit import Audit, AuditEvent
from accounts.refusals import Refused, attempt
from database import tables
from database.interface import Database

_P = tables.released_purposes.c
NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
ALL: Final = select(tables.released_purposes).order_by(_P.ministry, _P.purpose)
WITHDRAW: Final = (
    delete(tables.released_purposes)
    .where(_P.ministry == bindparam("whose"), _P.purpose == bindparam("called"))
    .returning(_P.purpose)
)


class PurposeRefused(Refused):
    """A purpose cannot be released or withdrawn; the text is for the operator."""


@dataclass(frozen=True, slots=True)
class ReleasedPurpose:
    """A released purpose, with its approver; released_at is in Unix seconds."""

    ministry: str
    purpose: str
    released_by: str
    released_at: int


class Purposes:
    """The released purposes in one database. clock gives Unix seconds. Every method raises SourceUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._audit = Audit(database, clock)

    async def release(self, by: Operator, ministry: str, purpose: str) -> None:
        """Let this ministry write to all citizens for this purpose. Raises PurposeRefused."""
        async with self._attempt(by, "purposes release", ministry, purpose):
            _require_approver(by, ministry)
            if not (NAME.fullmatch(ministry) and NAME.fullmatch(purpose)):
                raise PurposeRefused(
                    "Un ministère et un but s'écrivent en minuscules, comme « justice » et « retrait »."
                )
            row = {"ministry": ministry, "purpose": purpose}
            row |= {"released_by": by.name, "released_at": round(self._clock())}  # type: ignore[dict-item]
            async with self._database.exclusive_transaction() as writer:
                if not await writer.insert_once(tables.released_purposes, row):
                    raise PurposeRefused(f"Le but « {purpose} » de « {ministry} » est déjà ouvert.")
                await self._audit.add_within(writer, AuditEvent(by.name, "purposes release", f"{ministry} {purpose}"))

    async def withdraw(self, by: Operator, ministry: str, purpose: str) -> None:
        """End a release from now on, also for messages that wait. Raises PurposeRefused."""
        async with self._attempt(by, "purposes withdraw", ministry, purpose):
            _require_approver(by, ministry)
            async with self._database.exclusive_transaction() as writer:
                if not await writer.rows(WITHDRAW, whose=ministry, called=purpose):
                    raise PurposeRefused("Ce but n'est pas ouvert : « zin purposes list » les affiche.")
                await self._audit.add_within(writer, AuditEvent(by.name, "purposes withdraw", f"{ministry} {purpose}"))

    async def known(self) -> list[ReleasedPurpose]:
        """Every released purpose, by ministry."""
        return [ReleasedPurpose(**row) for row in await self._database.rows(ALL)]

    def _attempt(self, by: Operator, action: str, ministry: str, purpose: str) -> AbstractAsyncContextManager[None]:
        named = all(map(NAME.fullmatch, (ministry, purpose)))
        return attempt(self._audit, by.name, action, f"{ministry} {purpose}" if named else "?")


def _require_approver(by: Operator, ministry: str) -> None:
    if by.role != "approver":
        raise PurposeRefused("Seule une personne qui approuve (approver) peut ouvrir ou fermer un but.")
    if not by.scope.may_change(ministry):
        raise PurposeRefused("Ce n'est pas un but de votre ministère.")
