"""Who wants no message that was not asked for. Said once, it holds for good: nothing here takes it back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import bindparam, select

from database import tables
from database.interface import Database, insert_once

_O = tables.opted_out.c
ADD: Final = {dialect: insert_once(dialect, tables.opted_out) for dialect in ("sqlite", "postgresql")}
HAS: Final = select(_O.citizen).where(_O.citizen == bindparam("who"))


class OptOuts:
    """The citizens who opted out, by names that tell no address. clock gives Unix seconds.

    Every method raises SourceUnavailable.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    async def add(self, citizen: str) -> None:
        """Keep that this citizen opted out; the first time is the one that is kept."""
        await self._database.write(ADD[self._database.dialect], citizen=citizen, since=round(self._clock()))

    async def has(self, citizen: str) -> bool:
        return bool(await self._database.rows(HAS, who=citizen))
