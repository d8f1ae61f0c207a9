"""Measures the memory of a result set: 272 000 made-up rows in several structures, and reads from SQLite.

Each structure is built in its own process: memory is read before and after its rows are added one by one. Times are CPU
seconds of the process with its threads, the minimum of five, so that other load counts little. "gc" is one full garbage
collection. SQLite, through database/sqlite.py, is read one row at a time, and 32 in parallel. Then an index is filled
from it in pages, as a server does, and "longest" is the longest time that the event loop was blocked. A table is
printed, and the rows go to bench/results.md. Run it with `python -m bench.standings`.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from operator import itemgetter
from os import sysconf
from pathlib import Path
from random import Random
from time import process_time, thread_time

from sqlalchemy import Column, MetaData, String, Table, bindparam, select

from bench.report import add_rows, dated
from bench.standings_ways import Get, dict_of_numbers, dict_of_rows, hash_table, sorted_hashes, sorted_seats
from database.sqlite import SQLite
from results.result_index import Given, ResultIndex, ResultIndexBuilder, Row

ROWS, PAGE, ASKED, AT_ONCE = 272_000, 1000, 100_000, 32
DEPARTMENTS = ("Alibori", "Atacora", "Atlantique", "Borgou", "Collines", "Couffo",
               "Donga", "Littoral", "Mono", "Ouémé", "Plateau", "Zou")  # fmt: skip
VERDICTS, WEIGHTS = ("admitted", "admissible", "refused", "adjourned", "absent"), (65, 15, 14, 4, 2)
MENTIONS = ("Passable", "Assez bien", "Bien", "Très bien")
TABLE = Table("standings", MetaData(), *(Column(name, String, primary_key=name == "seat") for name in Row._fields))
CREATED = f"CREATE TABLE standings ({', '.join(Row._fields)}, PRIMARY KEY (seat)) WITHOUT ROWID;"
ONE = select(TABLE).where(TABLE.c.seat == bindparam("seat"))
NEXT = select(TABLE).where(TABLE.c.seat > bindparam("seat")).order_by(TABLE.c.seat).limit(PAGE)
HEADING = f"""
# A set of results in memory

{ROWS:,} rows kept in several ways, each in a process: memory a row, CPU to make all and to get one by its seat, and
the same over that of a dict of rows; CPU to learn that there is none, and of a garbage collection; and the longest that
filling Standings from SQLite keeps the event loop. bench/standings.py says how it is measured.

| date | commit | machine | kept as | bytes | ratio | make s | ratio | get µs | ratio | none µs | gc ms | longest ms |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Bytes a row, seconds to build, microseconds to find and to miss a row, milliseconds of gc; None is not
    measured.
    """

    name: str
    held: float | None = None
    make: float | None = None
    get: float | None = None
    miss: float | None = None
    collect: float | None = None
    longest: float | None = None

    def figures(self, first: Cost) -> list[str]:
        """Return the cells of a row, with ratios to the first structure."""
        held, make, get = (
            (_cost_line(one), _cost_line(one and other and one / other))
            for one, other in ((self.held, first.held), (self.make, first.make), (self.get, first.get))
        )
        return [
            self.name,
            *held,
            *make,
            *get,
            _cost_line(self.miss),
            _cost_line(self.collect),
            _cost_line(self.longest),
        ]


def _cost_line(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2f}"


def seat(number: int) -> str:
    """Return the seat with this number; seats between two numbers are unused."""
    return str(100_000 + 3 * number)


def made_up() -> Iterator[Given]:
    """Yield the made-up rows, the same in each process."""
    chance = Random("Zin")
    for number in range(ROWS):
        verdict, centre = chance.choices(VERDICTS, WEIGHTS)[0], chance.randrange(800)
        mention = chance.choice(MENTIONS) if verdict == "admitted" else ""
        sat = f"Série {chance.choice('ABCDEFGHIJKLMNO')}", f"Collège d'enseignement général {centre}"
        yield seat(number), verdict, mention, *sat, DEPARTMENTS[centre % 12]


def memory() -> int:
    """Return the memory of this process in bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * sysconf("SC_PAGE_SIZE")


def cpu(run: Callable[[], object]) -> float:
    """Return the CPU seconds of this call, the minimum of five runs."""
    times = []
    for _ in range(5):
        begun = process_time()
        run()
        times.append(process_time() - begun)
    return min(times)


def standings(rows: Iterable[Given]) -> Get:
    """Return the look-up of a ResultIndex."""
    return ResultIndex.of(rows).get


WAYS = (dict_of_rows, dict_of_numbers, sorted_seats, sorted_hashes, hash_table, standings)


def ask_all(get: Get, seats: Iterable[str]) -> None:
    """Look up all these seats."""
    for one in seats:
        get(one)


def in_memory(way: Callable[[Iterable[Given]], Get]) -> Cost:
    """Measure one structure in this process. Raises RuntimeError for a wrong row."""
    before = memory()
    gc.freeze()  # exclude all other objects of this process from collection
    get = way(made_up())
    held, collect = memory() - before, cpu(gc.collect)
    rows, numbers = list(made_up()), Random(1).choices(range(ROWS), k=ASKED)
    if any(get(row[0]) != row for row in rows):
        raise RuntimeError(f"{way.__name__}: a wrong row")
    seats_by_case = [seat(number) for number in numbers], [str(int(seat(number)) + 1) for number in numbers]
    there, missing = (cpu(partial(ask_all, get, seats)) / ASKED * 1e6 for seats in seats_by_case)
    name = way.__name__.replace("_", " ")
    return Cost(name, held / ROWS, cpu(lambda: way(rows)), there, missing, collect * 1000)


async def from_sqlite(folder: Path) -> list[Cost]:
    """Measure SQLite: single reads, parallel reads, and an index filled in pages."""
    database = SQLite(folder / "bench.sqlite")
    async with database.exclusive_transaction() as writer:
        await writer.run(CREATED)
        await writer.add(TABLE, [Row(*row)._asdict() for row in made_up()])
    costs = [Cost(f"SQLite, {many} at once", get=await read(database, many)) for many in (1, AT_ONCE)]
    begun = process_time()
    longest = await filled(database)
    costs.append(Cost("Standings from SQLite", make=process_time() - begun, longest=longest * 1000))
    await database.close()
    return costs


async def read(database: SQLite, many: int) -> float:
    """Return the CPU microseconds of one read."""
    numbers, begun = Random(1).choices(range(ROWS), k=10_000 // many * many), process_time()
    for first in range(0, len(numbers), many):
        await asyncio.gather(*(database.rows(ONE, seat=seat(number)) for number in numbers[first : first + many]))
    return (process_time() - begun) / len(numbers) * 1e6


async def filled(database: SQLite) -> float:
    """Return the longest time in seconds that filling an index from pages blocks the event loop."""
    builder, facts, last, turns = ResultIndexBuilder(), itemgetter(*Row._fields), "", []
    while page := await database.rows(NEXT, seat=last):
        begun, last = thread_time(), page[-1]["seat"]
        builder.add(map(facts, page))
        turns.append(thread_time() - begun)
    begun = thread_time()
    whole = builder.build()
    if len(whole) != ROWS:
        raise RuntimeError("rows are missing")
    return max(*turns, thread_time() - begun)


def run() -> Sequence[Sequence[str]]:
    """Measure all structures, and return the rows of the table."""
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as alone:
        costs = list(alone.map(in_memory, WAYS))
    with tempfile.TemporaryDirectory(prefix="zin-bench-") as folder:
        costs += asyncio.run(from_sqlite(Path(folder)))
    return [cost.figures(costs[0]) for cost in costs]


if __name__ == "__main__":
    measured = run()
    for figures in measured:
        print(f"{figures[0]:24}" + "".join(f"{figure:>10}" for figure in figures[1:]))
    add_rows(HEADING, [[*dated(), *figures] for figures in measured])
