"""Sets of results kept in memory: those that are told, or will be soon, the newest first as far as there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy import bindparam, select

from registry import tables
from registry.database import Database
from results.standings import Builder, Row, Standings
from state.errors import SourceUnavailable

AHEAD: Final = 900.0  # seconds before its hour that a set is taken into memory
MOST_ROWS: Final = 2_000_000  # in memory: about 70 MB
BATCH: Final = 2000
_R = tables.exam_results.c
_COLUMNS: Final = (_R.seat, _R.verdict, _R.mention, _R.series, _R.centre, _R.department, _R.why)
JOINT: Final = "\x1f"  # between mention and why, which are kept as one

SEAT: Final = select(*_COLUMNS).where(_R.result_set == bindparam("named"), _R.seat == bindparam("called"))
ROWS: Final = (
    select(*_COLUMNS)
    .where(_R.result_set == bindparam("named"), _R.seat > bindparam("after"))
    .order_by(_R.seat)
    .limit(BATCH)
)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Publication:
    """One set for one department, or for all that have none of their own. publish_at is Unix seconds."""

    department: str
    result_set: str
    publish_at: int
    withdrawn: bool
    rows: int

    def holds(self, now: float) -> bool:
        return not self.withdrawn and self.publish_at <= now


class Kept:
    """The sets of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._standings: dict[str, Standings] = {}
        self._filling: asyncio.Task[None] | None = None

    async def row(self, named: str, seat: str) -> Row | None:
        """The row of a seat in a set: from memory, or by one indexed read until the set is there."""
        standings = self._standings.get(named)
        if standings is not None:
            return standings.get(seat)
        found = await self._database.rows(SEAT, named=named, called=seat)
        return Row(*_given(found[0])) if found else None

    def want(self, publications: Iterable[Publication], now: float) -> None:
        """Take into memory what is told, or will be soon, and let go of what is not."""
        wanted = _wanted(publications, now)
        self._standings = {named: kept for named, kept in self._standings.items() if named in wanted}
        missing = [named for named in wanted if named not in self._standings]
        if missing and (self._filling is None or self._filling.done()):
            self._filling = asyncio.create_task(self._take(missing))

    async def filled(self) -> None:
        """Wait for what is being taken into memory."""
        if self._filling:
            await self._filling

    async def close(self) -> None:
        task, self._filling = self._filling, None
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _take(self, missing: Iterable[str]) -> None:
        for named in missing:
            try:
                standings = await self._made(named)
            except (SourceUnavailable, ValueError) as wrong:
                log.warning("results not in memory", result_set=named, why=type(wrong).__name__)
                continue
            self._standings[named] = standings
            log.info("results in memory", result_set=named, rows=len(standings), bytes=standings.bytes_held)

    async def _made(self, named: str) -> Standings:
        builder, after = Builder(), ""
        while rows := await self._database.rows(ROWS, named=named, after=after):
            builder.add(map(_given, rows))
            after = rows[-1]["seat"]
        return builder.done()


def _wanted(publications: Iterable[Publication], now: float) -> dict[str, None]:
    wanted: dict[str, None] = {}
    room = MOST_ROWS
    for one in sorted(publications, key=lambda one: -one.publish_at):
        if one.withdrawn or one.publish_at > now + AHEAD or one.result_set in wanted or one.rows > room:
            continue
        wanted[one.result_set] = None
        room -= one.rows
    return wanted


def _given(row: Mapping[str, Any]) -> tuple[str, str, str, str, str, str]:
    mention = f"{row['mention']}{JOINT}{row['why']}" if row["why"] else row["mention"]
    return row["seat"], row["verdict"], mention, row["series"], row["centre"], row["department"]
