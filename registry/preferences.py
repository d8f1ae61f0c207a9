"""The language that each citizen chose, in the registry, for a year.

Who a citizen is cannot be read here: the name is made elsewhere, with a secret. One row is read when a call opens, one
is written when somebody chooses, once a year; what is older is not told any more, and removed when Zin starts.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy import bindparam, delete, select

from registry import tables
from registry.database import Database, Row, upsert
from state.deadline import Deadline, TooLate
from state.errors import SourceUnavailable
from state.messages import Preference

log = structlog.get_logger()

YEAR: Final = 365 * 24 * 3600  # seconds
Waiting = tuple[Row, asyncio.Future[None]]
_P = tables.preferences.c

CHOSEN = select(_P.language, _P.call).where(_P.citizen == bindparam("citizen"), _P.chosen_at > bindparam("since"))
CHOOSE = {dialect: upsert(dialect, tables.preferences) for dialect in ("sqlite", "postgresql")}
FORGET = delete(tables.preferences).where(_P.chosen_at <= bindparam("since"))


class Chosen:
    """Preferences over the registry, within so many seconds. now gives Unix seconds.

    What is chosen while a transaction is under way waits for the next one, all of it together.
    """

    def __init__(self, database: Database, seconds: float, now: Callable[[], float] = time.time) -> None:
        self._database, self._deadline, self._now = database, Deadline(seconds), now
        self._choose = CHOOSE[database.dialect]
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def of(self, citizen: str) -> Preference:
        with _told():
            found = await self._deadline.within(self._database.rows(CHOSEN, citizen=citizen, since=self._since()))
            return Preference(found[0]["language"], found[0]["call"]) if found else Preference()

    async def keep(self, citizen: str, preference: Preference) -> None:
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        row = {"citizen": citizen, "language": preference.language, "call": preference.call}
        self._waiting.append(({**row, "chosen_at": int(self._now())}, kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        with _told():
            await self._deadline.within(kept)

    async def forget_old(self) -> None:
        """Remove what is older than a year. Raises SourceUnavailable."""
        async with self._database.alone() as writer:
            await writer.change(FORGET, since=self._since())

    async def _write(self) -> None:
        """Write what waits, until nothing does; whoever gave up waiting is written all the same."""
        try:
            while self._waiting:
                together, self._waiting = self._waiting, []
                down = await self._written(together)
                for _, kept in together:
                    if kept.done():
                        continue
                    if down:
                        kept.set_exception(down)
                    else:
                        kept.set_result(None)
        finally:
            self._writing = None

    async def _written(self, together: list[Waiting]) -> SourceUnavailable | None:
        """Write these in one transaction; gives why it could not be."""
        try:
            with _told():
                async with self._database.alone() as writer:
                    for row, _ in together:
                        await writer.change(self._choose, **row)
        except SourceUnavailable as down:
            return down
        return None

    def _since(self) -> int:
        return int(self._now()) - YEAR


@contextmanager
def _told() -> Iterator[None]:
    """Whatever goes wrong is SourceUnavailable, and says nothing of the citizen."""
    try:
        yield
    except SourceUnavailable:
        raise
    except TooLate as late:
        raise SourceUnavailable(f"the registry is late: {late}") from late
    except Exception as mistake:
        # As broad as a Patient's, and for the same reason: whatever a driver makes of a broken database, a call is
        # answered, and those whose choices were to be written together do not wait in vain.
        log.exception("preferences failed")
        raise SourceUnavailable("a mistake in the preferences") from mistake
