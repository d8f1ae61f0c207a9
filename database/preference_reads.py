"""Reads preferences in batches: calls that open during one query share the next.

A query costs as much CPU as half a hop, also for a citizen without a row, and on results day most citizens have none.
The next query starts as soon as the one before ends. A wait of 5 ms between two, for larger batches, saved 3 % of the
CPU of a first call and cost 9 to 15 % of the calls that 32 phones make in a second (docs/decisions/0013).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, select

from database import tables
from database.interface import Database
from state.errors import SourceUnavailable
from state.preferences import Preference

SIZES: Final = (1, 4, 16, 64)  # citizens in one query
Waiting = tuple[str, "asyncio.Future[Preference]"]
_P = tables.preferences.c
CHOSEN: Final = {
    size: select(_P.citizen, _P.language, _P.call).where(
        _P.citizen.in_([bindparam(f"citizen{place}") for place in range(size)]), _P.chosen_at > bindparam("since")
    )
    for size in SIZES
}


class PreferenceReads:
    """The reads of one process; one query runs at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[Waiting] = []
        self._since = 0
        self._reading: asyncio.Task[None] | None = None

    def of(self, citizen: str, since: int) -> asyncio.Future[Preference]:
        """The future preference of this citizen, an empty one if none was chosen after this time.

        It raises what the database raises.
        """
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Preference] = loop.create_future()
        self._waiting.append((citizen, reply))
        self._since = since
        if self._reading is None:
            self._reading = loop.create_task(self._read_all())
        return reply

    async def _read_all(self) -> None:
        batch: list[Waiting] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: SIZES[-1]], self._waiting[SIZES[-1] :]
                try:
                    found = await self._read([citizen for citizen, _ in batch])
                except Exception as error:  # of any kind: all futures get it, and the next batch continues
                    _fail(batch, error)
                    continue
                for citizen, reply in batch:
                    if not reply.done():  # the caller may be gone
                        reply.set_result(found.get(citizen) or Preference())
        finally:  # also if this task is cancelled, every caller gets an error
            _fail([*batch, *self._waiting], SourceUnavailable("the reads of preferences were stopped"))
            self._waiting, self._reading = [], None

    async def _read(self, citizens: Sequence[str]) -> dict[str, Preference]:
        """The stored preferences of these citizens. A query for fewer than its size asks for the last one again."""
        size = next(size for size in SIZES if size >= len(citizens))
        asked = {f"citizen{place}": citizens[min(place, len(citizens) - 1)] for place in range(size)}
        rows = await self._database.rows(CHOSEN[size], since=self._since, **asked)
        return {row["citizen"]: Preference(row["language"], row["call"]) for row in rows}


def _fail(batch: Sequence[Waiting], error: Exception) -> None:
    for _, reply in batch:
        if not reply.done():
            reply.set_exception(error)
