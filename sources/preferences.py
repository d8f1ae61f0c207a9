"""The language that each citizen chose, in the registry, for a year.

Who a citizen is cannot be read here: the name is made elsewhere, with a secret. One row is read when a call opens, one
is written when somebody chooses, once a year; what is older is not told any more, and removed when Zin starts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, delete, select

from sources import tables
from sources.database import Database, upsert
from state.deadline import Deadline, TooLate
from state.errors import SourceUnavailable
from state.messages import Preference

YEAR: Final = 365 * 24 * 3600  # seconds
T = TypeVar("T")
_P = tables.preferences.c

CHOSEN = select(_P.language, _P.call).where(_P.citizen == bindparam("citizen"), _P.chosen_at > bindparam("since"))
CHOOSE = {dialect: upsert(dialect, tables.preferences) for dialect in ("sqlite", "postgresql")}
FORGET = delete(tables.preferences).where(_P.chosen_at <= bindparam("since"))


class Chosen:
    """Preferences over the registry, within so many seconds. now gives Unix seconds."""

    def __init__(self, database: Database, seconds: float, now: Callable[[], float] = time.time) -> None:
        self._database, self._deadline, self._now = database, Deadline(seconds), now
        self._choose = CHOOSE[database.dialect]

    async def of(self, citizen: str) -> Preference:
        found = await self._in_time(self._database.rows(CHOSEN, citizen=citizen, since=self._since()))
        return Preference(found[0]["language"], found[0]["call"]) if found else Preference()

    async def keep(self, citizen: str, preference: Preference) -> None:
        await self._in_time(self._keep(citizen, preference))

    async def forget_old(self) -> None:
        """Remove what is older than a year. Raises SourceUnavailable."""
        async with self._database.alone() as writer:
            await writer.change(FORGET, since=self._since())

    async def _keep(self, citizen: str, preference: Preference) -> None:
        chosen = {"language": preference.language, "call": preference.call, "chosen_at": int(self._now())}
        async with self._database.alone() as writer:
            await writer.change(self._choose, citizen=citizen, **chosen)

    async def _in_time(self, asked: Coroutine[Any, Any, T]) -> T:
        try:
            return await self._deadline.within(asked)
        except TooLate as late:
            raise SourceUnavailable(f"the registry is late: {late}") from late

    def _since(self) -> int:
        return int(self._now()) - YEAR
