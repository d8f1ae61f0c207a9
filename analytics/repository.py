"""The table of usage counts: any number of processes add to it, and the admin site reads it by days and screens."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Date, Integer, String, bindparam, cast, func, select, true
from sqlalchemy.dialects import postgresql, sqlite

from analytics.counters import OVERFLOW_NAME, Figure
from database.interface import Database
from database.tables import figures

MAX_NAMES: Final = 5000  # in one flush; beyond that the rarest are added together
COLUMNS: Final = ("day", "hour", "what", "of", "many")


class UsageRepository:
    """Adds counts to the table. Every method raises SourceUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, counts: Iterable[Figure]) -> None:
        """Add these counts, all or none."""
        rows = sorted(_bounded(counts).items())  # in a fixed order, so that two processes cannot deadlock
        if rows:
            written = orjson.dumps([[day, hour, what, of, many] for (day, hour, what, of), many in rows]).decode()
            await self._database.write(ADD[self._database.dialect], rows=written)


def _bounded(counts: Iterable[Figure]) -> Counter[tuple[str, int, str, str]]:
    """The counts by their keys; the rarest beyond MAX_NAMES are added together."""
    numbers: Counter[tuple[str, int, str, str]] = Counter()
    for one in counts:
        numbers[one.day.isoformat(), one.hour, one.what, one.of] += one.many
    if len(numbers) <= MAX_NAMES:
        return numbers
    bounded = Counter(dict(numbers.most_common(MAX_NAMES)))
    for (day, hour, what, of), many in numbers.items():
        if (day, hour, what, of) not in bounded:
            bounded[day, hour, what, OVERFLOW_NAME] += many
    return bounded


def _sqlite() -> Any:
    row = func.json_each(bindparam("rows", type_=String)).table_valued("value").c.value
    values = [func.json_extract(row, f"$[{place}]") for place in range(5)]
    # SQLite needs a WHERE here to parse ON CONFLICT, which it takes for a join otherwise: sqlite.org/lang_upsert.html
    return sqlite.insert(figures).from_select(COLUMNS, select(*values).where(true()))


def _postgresql() -> Any:
    given = cast(cast(bindparam("rows", type_=String), postgresql.TEXT), postgresql.JSON)
    row = func.json_array_elements(given).column_valued("one")
    kinds = (Date, Integer, String, String, BigInteger)
    texts = [func.json_extract_path_text(row, str(place)) for place in range(5)]
    return postgresql.insert(figures).from_select(
        COLUMNS, select(*(cast(text, kind) for text, kind in zip(texts, kinds, strict=True)))
    )


def _adding(statement: Any) -> Any:
    """Add to the number of an existing row."""
    return statement.on_conflict_do_update(
        index_elements=list(COLUMNS[:4]), set_={"many": figures.c.many + statement.excluded.many}
    )


ADD: Final = {"sqlite": _adding(_sqlite()), "postgresql": _adding(_postgresql())}


_F: Final = figures.c
_DAYS: Final = _F.day.between(bindparam("first"), bindparam("last"))
_MANY: Final = cast(func.sum(_F.many), BigInteger).label("many")
TOTALS: Final = select(_F.what, _F.of, _MANY).where(_DAYS).group_by(_F.what, _F.of)
OVER_TIME: Final = select(_F.day, _F.hour, _MANY).where(_DAYS, _F.what == bindparam("named")).group_by(_F.day, _F.hour)
EVERY: Final = select(figures).where(_DAYS).order_by(_F.day, _F.hour, _F.what, _F.of)
Totals = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Passage:
    """The counts of a screen: arrivals, moves to another screen, and inputs that were not understood.

    is_goal: who stops there has what the journey is for (state/menu/goals.py).
    """

    arrived: int = 0
    went_on: int = 0
    missed: int = 0
    is_goal: bool = False

    @property
    def given_up(self) -> int:
        """Arrivals without a move to another screen, 0 at a goal. A call over midnight may move on the next day."""
        return 0 if self.is_goal else max(0, self.arrived - self.went_on)

    @property
    def share(self) -> float:
        """The share of arrivals after which a citizen gave up."""
        return self.given_up / self.arrived if self.arrived else 0.0


async def totals(database: Database, first: date, last: date) -> Totals:
    """The sums from one day to another, both included, by kind and name. Raises SourceUnavailable."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in await database.rows(TOTALS, **_days(database, first, last)):
        found[row["what"]][row["of"]] = int(row["many"])
    return found


async def over_time(database: Database, what: str, first: date, last: date) -> Mapping[tuple[date, int], int]:
    """The counts of one kind by day and hour. Raises SourceUnavailable."""
    rows = await database.rows(OVER_TIME, named=what, **_days(database, first, last))
    return {(_day(row["day"]), row["hour"]): int(row["many"]) for row in rows}


async def every(database: Database, first: date, last: date) -> list[Figure]:
    """Every count, in the order of time. Raises SourceUnavailable."""
    rows = await database.rows(EVERY, **_days(database, first, last))
    return [Figure(_day(row["day"]), row["hour"], row["what"], row["of"], int(row["many"])) for row in rows]


async def traffic(database: Database, day_from: date, day_to: date, goals: Collection[str]) -> dict[str, Passage]:
    """The counts of each screen from one day to another, both included. Raises SourceUnavailable."""
    return passages(await totals(database, day_from, day_to), goals)


def passages(found: Totals, goals: Collection[str]) -> dict[str, Passage]:
    """The counts of each screen in these sums; goals are the menu's."""
    came, went, missed = (found.get(what, {}) for what in ("arrived", "went_on", "missed"))
    return {
        screen: Passage(came.get(screen, 0), went.get(screen, 0), missed.get(screen, 0), screen in goals)
        for screen in {*came, *went, *missed}
    }


def _days(database: Database, first: date, last: date) -> dict[str, Any]:
    """The parameters of a period; SQLite stores dates as text (database/sqlite.py)."""
    days = {"first": first, "last": last}
    return {name: day.isoformat() for name, day in days.items()} if database.dialect == "sqlite" else days


def _day(stored: str | date) -> date:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored
