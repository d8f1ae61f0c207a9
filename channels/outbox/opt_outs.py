"""Opt-outs: citizens that refuse messages they did not ask for. An opt-out is permanent."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import select

from database import tables
from database.combined_calls import CombinedCalls
from database.interface import Database
from database.value_lists import is_one_of, value_lists

_O = tables.opted_out.c
HAVE: Final = select(_O.citizen).where(is_one_of(_O.citizen, "citizen"))


class OptOuts:
    """The opt-outs by pseudonym. clock gives Unix seconds.

    Every method raises SourceUnavailable.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._asked: CombinedCalls[str, bool] = CombinedCalls(self._have)

    async def add(self, citizen: str) -> None:
        """Store this citizen's opt-out. A second one does not change the stored time."""
        await self._database.insert_once(tables.opted_out, {"citizen": citizen, "since": round(self._clock())})

    async def has(self, citizen: str) -> bool:
        """Whether this citizen opted out."""
        return await self._asked.call(citizen)

    async def _have(self, citizens: Sequence[str]) -> list[bool | Exception]:
        found: set[str] = set()
        for wanted in value_lists("citizen", citizens):
            found |= {row["citizen"] for row in await self._database.rows(HAVE, **wanted)}
        return [citizen in found for citizen in citizens]
