"""The table of figures: numbers are added to what stands there, by any number of processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Date, Integer, String, bindparam, cast, func, select, true
from sqlalchemy.dialects import postgresql, sqlite

from database.desk_tables import figures
from database.interface import Database
from figures.counters import OTHERS, Figure

MOST_NAMES: Final = 5000  # in one flush; menus that need more are counted by their most frequent screens
COLUMNS: Final = ("day", "hour", "what", "of", "many")


class Ledger:
    """Every method raises SourceUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, told: Iterable[Figure]) -> None:
        """Add these, all or none."""
        rows = sorted(_bounded(told).items())  # in one order, so that two processes never wait for one another
        if rows:
            written = orjson.dumps([[day, hour, what, of, many] for (day, hour, what, of), many in rows]).decode()
            await self._database.write(ADD[self._database.dialect], rows=written)


def _bounded(told: Iterable[Figure]) -> Counter[tuple[str, int, str, str]]:
    """The numbers by their keys; names beyond MOST_NAMES are counted together."""
    numbers: Counter[tuple[str, int, str, str]] = Counter()
    for one in told:
        numbers[one.day.isoformat(), one.hour, one.what, one.of] += one.many
    if len(numbers) <= MOST_NAMES:
        return numbers
    kept = Counter(dict(numbers.most_common(MOST_NAMES)))
    for (day, hour, what, of), many in numbers.items():
        if (day, hour, what, of) not in kept:
            kept[day, hour, what, OTHERS] += many
    return kept


def _sqlite() -> Any:
    row = func.json_each(bindparam("rows", type_=String)).table_valued("value").c.value
    values = [func.json_extract(row, f"$[{place}]") for place in range(5)]
    # SQLite wants a WHERE here, to tell the conflict's ON from a join's: sqlite.org/lang_upsert.html
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
    """Where a row is there already its number grows."""
    return statement.on_conflict_do_update(
        index_elements=list(COLUMNS[:4]), set_={"many": figures.c.many + statement.excluded.many}
    )


ADD: Final = {"sqlite": _adding(_sqlite()), "postgresql": _adding(_postgresql())}
