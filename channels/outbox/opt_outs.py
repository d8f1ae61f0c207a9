"""Opt-outs: citizens that refuse messages they did not ask for. An opt-out is permanent."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import bindparam, select

from database import tables
from database.interface import Database

_O = tables.opted_out.c
HAS: Final = select(_O.citizen).where(_O.citizen == bindparam("who"))


class OptOuts:
    """The opt-outs by pseudonym. clock gives Unix seconds.

    Every method raises SourceUnavailable.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    async def add(self, citizen: str) -> None:
        """Store this citizen's opt-out. A second one does not change the stored time."""
        await self._database.insert_once(tables.opted_out, {"citizen": citizen, "since": round(self._clock())})

    async def has(self, citizen: str) -> bool:
        """Whether this citizen opted out."""
        return bool(await self._database.rows(HAS, who=citizen))
