"""Opt-outs: citizens that refuse messages they did not ask for, until they write START or order an alert.

Each choice is in the journal of consents, in the same transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, Literal

from sqlalchemy import bindparam, delete, select

from database import tables
from database.combined_calls import CombinedCalls
from database.interface import Database
from database.value_lists import is_one_of, value_lists

Closing = Literal["stop", "gateway"]  # the citizen wrote STOP; a gateway reported that the citizen refuses messages
Opening = Literal["start", "alert"]  # the citizen wrote START; the citizen ordered an alert
_O = tables.opted_out.c
HAVE: Final = select(_O.citizen).where(is_one_of(_O.citizen, "citizen"))
REMOVE: Final = delete(tables.opted_out).where(_O.citizen == bindparam("of")).returning(_O.citizen)


class OptOuts:
    """The opt-outs by pseudonym. clock gives Unix seconds.

    Every method raises SourceUnavailable.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._asked: CombinedCalls[str, bool] = CombinedCalls(self._have)

    async def add(self, citizen: str, choice: Closing = "stop") -> None:
        """Store this citizen's opt-out. A second one changes nothing."""
        now = round(self._clock())
        async with self._database.exclusive_transaction() as writer:
            if await writer.insert_once(tables.opted_out, {"citizen": citizen, "since": now}):
                await writer.insert_once(tables.consents, {"citizen": citizen, "at": now, "choice": choice})

    async def remove(self, citizen: str, choice: Opening) -> bool:
        """End this citizen's opt-out; returns False if there was none."""
        if not await self.has(citizen):
            return False
        async with self._database.exclusive_transaction() as writer:
            if not await writer.rows(REMOVE, of=citizen):
                return False
            row = {"citizen": citizen, "at": round(self._clock()), "choice": choice}
            await writer.insert_once(tables.consents, row)
        return True

    async def has(self, citizen: str) -> bool:
        """Whether this citizen opted out."""
        return await self._asked.call(citizen)

    async def _have(self, citizens: Sequence[str]) -> list[bool | Exception]:
        found: set[str] = set()
        for wanted in value_lists("citizen", citizens):
            found |= {row["citizen"] for row in await self._database.rows(HAVE, **wanted)}
        return [citizen in found for citizen in citizens]
