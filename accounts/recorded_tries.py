"""Counts tries to sign in from the audit, for the command line, which may have no store."""

from __future__ import annotations

import time
from typing import Final

from sqlalchemy import bindparam, select

from accounts.refusals import MARK
from accounts.sign_in import ACTIONS, WRONG_SECONDS
from database import tables
from database.interface import Database

PASSWORDS, CODES = "wrong-password:", "second-factor:"  # what the keys of these counters begin with
_A: Final = tables.audit.c
_WRONG: Final = select(_A.number).where(_A.at >= bindparam("since"))
WRONG_PASSWORDS: Final = _WRONG.where(
    _A.subject == bindparam("called"), _A.action == ACTIONS["wrong_password"], _A.operator.startswith("console:")
)
WRONG_CODES: Final = _WRONG.where(_A.operator == bindparam("called"), _A.action == f"{MARK}operators code")


class RecordedTries:
    """An AttemptCounter (accounts/sign_in.py) that counts the entries of the audit within WRONG_SECONDS."""

    def __init__(self, database: Database, name: str) -> None:
        self._database, self._name = database, name

    async def get(self, key: str) -> bytes:
        """The wrong passwords for this name; empty for any other key."""
        return b"%d" % await self._count(key) if key.startswith(PASSWORDS) else b""

    async def increment(self, key: str, life: float) -> int:
        """The wrong codes of this name and the present one; 1 for any other key, whose audit entry is the count."""
        return 1 + await self._count(key) if key.startswith(CODES) else 1

    async def _count(self, key: str) -> int:
        asked = WRONG_PASSWORDS if key.startswith(PASSWORDS) else WRONG_CODES
        since = round((time.time() - WRONG_SECONDS) * 1000)
        return len(await self._database.rows(asked, called=self._name, since=since))
