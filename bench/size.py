"""Measures what an installation needs: `make size`.

With the functions of the other benchmarks it measures the CPU of a hop and of a message, the memory of a worker and of
a session, and the rows and bytes that calls and messages leave in SQL. CPU is read from /proc, so that a busy machine
changes little. The hops come at a fixed rate, as on a day of results. One row goes to bench/results.md, and the tables
of docs/dimensionner.md are written anew from it.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import func, select

from bench.calls import JOURNEYS, LANGUAGE, RESULTS, as_first_calls
from bench.delivery import MESSAGES, fill, measure, postgresql
from bench.load import FIRST_TIME, Load, Seen
from bench.memory import LOAD, WARM_UP_HOPS, Menus, memory_of_workers, play_hops, serving
from bench.report import add_rows, dated
from bench.sizing import Sizes, write_block
from bench.sms_gateway import quick_gateway
from bench.targets import Bench, Target, open_bench
from channels.contracts.sender import Message
from channels.outbox.message_rows import MessageRows
from database import FILE, open_database, tables
from database.column_limits import milliseconds
from database.encryption import Seal
from database.interface import OpenDatabase, Row
from database.migrations import migrate
from results.announcer import TOPIC
from settings import Settings
from state.store.pipeline import CommandPipeline
from state.store.server_link import SingleServer

RATE: Final = 1500  # hops a second, to one process
CONNECTIONS: Final = 32
SECONDS: Final = 6.0  # of one round
WARM_UP: Final = 2.0
FLUSH: Final = 6.0  # seconds until counters and languages are in SQL
ROWS: Final = 20_000  # which are stored, to see how much place one takes
TEXT: Final = "BAC 2027, table 123456 : Admis(e), mention Bien. " * 3  # a whole SMS
MEGABYTE: Final = 1 << 20
HEADING: Final = """
# What an installation needs

One row for each run of `make size`, newest last: CPU in µs of a hop of a look-up of results, of a hop of every journey,
and of Valkey for a hop; bytes of memory that a worker has of its own, that all share, and of Valkey for a session; rows
in SQL of a first call; bytes in SQL (PostgreSQL where it is installed) of the language of a citizen and of a message;
CPU in µs of a message in `zin deliver`, and messages a second of one process. docs/dimensionner.md has what follows
from the newest row.

| date | commit | machine | hop | journey | Valkey | worker | shared | session | rows | citizen | SMS | CPU | SMS/s |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


async def hops(bench: Bench) -> tuple[Target, Target]:
    """Measure hops of new citizens' look-ups and of every journey, at the same rate."""
    zin = await bench.start_zin("size", "cli.main", "serve")
    loads = (Load(as_first_calls(RESULTS), FIRST_TIME), Load(JOURNEYS))
    targets = [replace(zin, load=load, rate=RATE, seen=Seen()) for load in loads]
    for target in targets:
        await bench.measure(target, CONNECTIONS, WARM_UP)
        target.forget()
        await bench.measure(target, CONNECTIONS, SECONDS)
        for what, times in target.seen.wrong.most_common(1):
            raise SystemExit(f"{times} times: {what}")
    return targets[0], targets[1]


async def workers(bench: Bench) -> tuple[float, float]:
    """Return the bytes that a worker has of its own, and those that all workers of a server share."""
    async with serving(bench, Menus("today's", {}, LOAD), 2) as (pid, port):
        await play_hops(port, LOAD, WARM_UP_HOPS)
        found = memory_of_workers(pid)
    return found.private * MEGABYTE, (found.rss - found.private) * MEGABYTE


async def calls(bench: Bench) -> tuple[float, float]:
    """Return the bytes of a session in Valkey, and the rows that the first call of a citizen adds in SQL."""
    zin = await bench.start_zin("calls", "cli.main", "serve")
    zin = replace(zin, load=Load(LANGUAGE, FIRST_TIME), rate=RATE, seen=Seen())
    await bench.measure(zin, CONNECTIONS, WARM_UP)
    await asyncio.sleep(FLUSH)
    first, rows, stored = next(FIRST_TIME), await _rows(bench.folder), await _used_memory(bench.valkey)
    await bench.measure(zin, CONNECTIONS, SECONDS)
    many, used = next(FIRST_TIME) - first - 1, await _used_memory(bench.valkey) - stored
    await asyncio.sleep(FLUSH)
    return used / many, (await _rows(bench.folder) - rows) / many


async def _rows(folder: Path) -> int:
    async with _opened(Settings(data=folder)) as database:
        counts = (select(func.count().label("many")).select_from(one) for one in tables.metadata.sorted_tables)
        return sum([int((await database.rows(count))[0]["many"]) for count in counts])


async def _used_memory(valkey: str) -> int:
    pipeline = CommandPipeline(SingleServer(valkey), 5.0)
    try:
        lines = (await pipeline.execute("INFO", "memory")).decode().splitlines()
    finally:
        await pipeline.close()
    return next(int(line.partition(":")[2]) for line in lines if line.startswith("used_memory:"))


async def messages(folder: Path, url: str) -> tuple[float, float]:
    """Return the CPU seconds of a message, and the messages a second of one process."""
    settings = Settings(data=folder, database_url=SecretStr(url))
    await fill(settings, MESSAGES)
    async with quick_gateway() as arrivals:
        rate, spent = await measure(settings, 1, arrivals)
    return spent / MESSAGES, rate


async def stored(folder: Path, url: str) -> tuple[float, float]:
    """Return the bytes of the language of a citizen, and of a message that waits."""
    settings = Settings(data=folder, database_url=SecretStr(url))
    languages = [
        {"citizen": f"{n:032x}", "language": "fr", "call": "", "chosen_at": 1_790_000_000} for n in range(ROWS)
    ]
    async with _opened(settings) as database:
        await migrate(database)
        rows, now = MessageRows(Seal(*settings.secrets.rest)), milliseconds(time.time())
        waiting = [Message(f"m{n:031}", "sms", "+2290190000001", TEXT, topic=TOPIC) for n in range(ROWS)]
        language = await _grown(settings, database, tables.preferences, languages)
        return language, await _grown(settings, database, tables.outbox, [rows.new(one, now) for one in waiting])


async def _grown(settings: Settings, database: OpenDatabase, table: Any, rows: Sequence[Row]) -> float:
    """The bytes by which a table grows for each of these rows."""
    before = await _size(settings, table)
    async with database.exclusive_transaction() as writer:
        await writer.add(table, rows)
    return (await _size(settings, table) - before) / len(rows)


async def _size(settings: Settings, table: Any) -> int:
    """The bytes of a table with its indexes in PostgreSQL; the bytes of the file in SQLite."""
    if not settings.database_url.get_secret_value():
        return (settings.data / FILE).stat().st_size
    async with _opened(settings) as database:
        asked = select(func.pg_total_relation_size(table.name).label("bytes"))
        return int((await database.rows(asked))[0]["bytes"])


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[OpenDatabase]:
    database = open_database(settings)
    try:
        yield database
    finally:
        await database.close()


async def run() -> Sizes:
    """Measure everything."""
    async with open_bench() as bench:
        look_ups, journeys = await hops(bench)
        worker, shared = await workers(bench)
        session, rows = await calls(bench)
    async with AsyncExitStack() as stack:
        server = stack.enter_context(postgresql())
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zin-size-"))) for _ in range(2)]
        urls = [await server.new() if server else "" for _ in folders]
        citizen, message = await stored(folders[0], urls[0])
        spent, per_second = await messages(folders[1], urls[1])
    return Sizes(
        look_ups.per_hop(look_ups.cpu) * 1e6,
        journeys.per_hop(journeys.cpu) * 1e6,
        look_ups.per_hop(look_ups.valkey) * 1e6,
        worker,
        shared,
        session,
        rows,
        citizen,
        message,
        spent * 1e6,
        per_second,
    )


def main() -> None:
    """Measure, and write the row and the tables."""
    cells = asyncio.run(run()).cells()
    print(" | ".join(cells))
    add_rows(HEADING, [[*dated(), *cells]])
    write_block(Sizes.read(cells))


if __name__ == "__main__":
    main()
