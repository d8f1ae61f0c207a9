"""Keeps in memory the result sets and corrected seats that are published, or will be soon.

The newest publications are loaded first, up to MAX_ROWS. Other rows are read from the database one at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy import Select, bindparam, select

from database import tables
from database.interface import Database
from results.publications import Publication
from results.result_index import Given, ResultIndex, ResultIndexBuilder, Row
from results.seat_spellings import LONGEST, other_spellings
from state.errors import SourceUnavailable

AHEAD_SECONDS: Final = 900.0  # before its hour, when a set is loaded
MAX_ROWS: Final = 2_000_000  # in memory: about 70 MB
BATCH: Final = 2000
_R, _C = tables.exam_results.c, tables.publication_changes.c
_COLUMNS: Final = (_R.seat, _R.verdict, _R.mention, _R.series, _R.centre, _R.department)

SEAT: Final = select(*_COLUMNS).where(_R.result_set == bindparam("named"), _R.seat == bindparam("called"))
# Rows of a seat in any of its spellings; names that are not needed are given twice.
SPELLINGS: Final = tuple(f"spelling_{number}" for number in range(LONGEST))
RESPELLED: Final = select(*_COLUMNS).where(
    _R.result_set == bindparam("named"), _R.seat.in_([bindparam(name, type_=_R.seat.type) for name in SPELLINGS])
)
ROWS: Final = (
    select(*_COLUMNS)
    .where(_R.result_set == bindparam("named"), _R.seat > bindparam("after"))
    .order_by(_R.seat)
    .limit(BATCH)
)
CHANGE: Final = select(_C.seat).where(_C.publication == bindparam("named"), _C.seat == bindparam("called"))
CHANGES: Final = (
    select(_C.seat)
    .where(_C.publication == bindparam("named"), _C.seat > bindparam("after"))
    .order_by(_C.seat)
    .limit(BATCH)
)
NOTHING: Final = ResultIndexBuilder().build()  # shared: most corrections change no seat in most departments
Name = TypeVar("Name", str, int)
log = structlog.get_logger()


class ResultSetCache:
    """The result sets and changed seats in the memory of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._indexes: dict[str, ResultIndex] = {}
        self._changes: dict[int, ResultIndex] = {}  # rows of seats alone
        self._filling: asyncio.Task[None] | None = None

    async def row(self, named: str, seat: str) -> Row | None:
        """Return the row of a seat in a result set, or None. Raises SourceUnavailable."""
        index = self._indexes.get(named)
        if index is not None:
            return index.get(seat)
        found = await self._database.rows(SEAT, named=named, called=seat)
        return Row(*_given(found[0])) if found else None

    async def respelled(self, named: str, seat: str) -> list[Row]:
        """Return the rows whose seats differ from this one in zeros at the front. Raises SourceUnavailable."""
        spellings = other_spellings(seat)
        index = self._indexes.get(named)
        if index is not None or not spellings:
            return [row for one in spellings if index is not None and (row := index.get(one))]
        values = dict(zip(SPELLINGS, (*spellings, *[spellings[0]] * LONGEST), strict=False))
        return [Row(*_given(row)) for row in await self._database.rows(RESPELLED, named=named, **values)]

    async def is_changed(self, publication: Publication, seat: str) -> bool:
        """Whether this publication corrects the result of a seat. Raises SourceUnavailable."""
        if not publication.why:
            return False
        changes = self._changes.get(publication.number)
        if changes is not None:
            return changes.get(seat) is not None
        return bool(await self._database.rows(CHANGE, named=publication.number, called=seat))

    def select(self, publications: Iterable[Publication], now: float) -> None:
        """Start loading what is or soon will be published, and drop the rest. `now` is Unix seconds."""
        wanted = _wanted(publications, now)
        sets = {one.result_set for one in wanted}
        corrections = {one.number for one in wanted if one.why}
        self._indexes = {named: index for named, index in self._indexes.items() if named in sets}
        self._changes = {number: index for number, index in self._changes.items() if number in corrections}
        missing = [one for one in wanted if one.result_set not in self._indexes]
        unread = [one for one in wanted if one.why and one.number not in self._changes]
        if (missing or unread) and (self._filling is None or self._filling.done()):
            self._filling = asyncio.create_task(self._take(missing, unread))

    async def wait_until_filled(self) -> None:
        """Wait until the running load has ended."""
        if self._filling:
            await self._filling

    async def close(self) -> None:
        """Cancel the running load."""
        task, self._filling = self._filling, None
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _take(self, missing: Iterable[Publication], unread: Iterable[Publication]) -> None:
        for one in unread:
            await self._fill(self._changes, one.number, CHANGES, _seat_alone)
        for named in dict.fromkeys(one.result_set for one in missing):
            await self._fill(self._indexes, named, ROWS, _given)

    async def _fill(
        self,
        indexes: dict[Name, ResultIndex],
        named: Name,
        query: Select[Any],
        to_row: Callable[[Mapping[str, Any]], Given],
    ) -> None:
        builder = ResultIndexBuilder()
        try:
            async for rows in self._batches(query, named):
                builder.add(map(to_row, rows))
        except (SourceUnavailable, ValueError) as wrong:
            log.warning("results not in memory", of=named, why=type(wrong).__name__)
            return
        indexes[named] = index = builder.build() if len(builder) else NOTHING
        log.info("results in memory", of=named, rows=len(index), bytes=index.bytes_held)

    async def _batches(self, query: Select[Any], named: object) -> AsyncIterator[list[dict[str, Any]]]:
        after = ""
        while rows := await self._database.rows(query, named=named, after=after):
            yield rows
            after = rows[-1]["seat"]


def _wanted(publications: Iterable[Publication], now: float) -> list[Publication]:
    """Return the publications to load, the newest first, while their sets fit into MAX_ROWS."""
    soon = [
        one
        for one in publications
        if not one.withdrawn and one.publish_at is not None and one.publish_at <= now + AHEAD_SECONDS
    ]
    rows_left, sets = MAX_ROWS, set[str]()
    for one in sorted(soon, key=lambda one: -one.number):
        if one.result_set not in sets and one.rows <= rows_left:
            sets.add(one.result_set)
            rows_left -= one.rows
    return [one for one in soon if one.result_set in sets]


def _given(row: Mapping[str, Any]) -> Given:
    return row["seat"], row["verdict"], row["mention"], row["series"], row["centre"], row["department"]


def _seat_alone(row: Mapping[str, Any]) -> Given:
    return row["seat"], "", "", "", "", ""
