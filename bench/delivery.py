"""Measures messages a second from the outbox: with one and two delivery processes, from SQLite and from PostgreSQL.

A local gateway takes 20 ms for each message over HTTP (bench/sms_gateway.py). For each case a database is filled with
messages, `zin deliver` is started once or twice, and the time from the first to the last arriving message is measured,
without the start-up, and the CPU of the processes. The rate limit is set so high that it has no effect. Run it with
`make bench`; the rows go to bench/results.md. bench/broadcast.py measures a broadcast at a limited rate.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from pydantic import SecretStr

from bench.processes import ROOT
from bench.report import add_rows, dated
from bench.sms_gateway import Arrivals, quick_gateway
from channels.contracts.sender import Message
from channels.outbox.message_rows import MessageRows
from database import open_database, tables
from database.column_limits import milliseconds
from database.encryption import Seal
from database.migrations import migrate
from settings import Settings
from tests.support.postgresql import Server, programs

MESSAGES = 6000
CASES = ((1, MESSAGES), (2, MESSAGES), (2, 100_000))  # processes, and messages in the outbox
LONGEST = 300.0  # seconds for one case
TICKS = os.sysconf("SC_CLK_TCK")
HEADING = """
# Messages a second, in batches

One row for each case of a run of `make bench`: messages that left the outbox a second, with so many delivery processes
and so many messages that wait, to a gateway on this machine that takes 20 ms for each, and the CPU of the delivery
processes for one message. The first 6,000 are measured; bench/delivery.py says how.

| date | commit | machine | database | processes | messages | messages/s | CPU µs | twice |
|---|---|---|---|---|---|---|---|---|
"""


async def fill(settings: Settings, waiting: int) -> None:
    """Create the database with this many messages, in one transaction."""
    database = open_database(settings)
    await migrate(database)
    rows, now = MessageRows(Seal(*settings.secrets.rest)), milliseconds(time.time())
    posts = (Message(f"m{n:06}", "sms", "+2290190000001", f"Message {n}") for n in range(waiting))
    async with database.exclusive_transaction() as writer:
        await writer.add(tables.outbox, [rows.new(one, now) for one in posts])
    await database.close()


@asynccontextmanager
async def deliveries(settings: Settings, many: int, url: str, per_second: int) -> AsyncIterator[list[int]]:
    """Run so many delivery processes that send to this address. Yields their numbers."""
    environment = {"ZIN_DATA": str(settings.data), "ZIN_DATABASE_URL": settings.database_url.get_secret_value(),
             "ZIN_AT_USERNAME": "sandbox", "ZIN_AT_API_KEY": "a-key", "ZIN_AT_URL": url,
             "ZIN_SMS_PER_SECOND": str(per_second)}  # fmt: skip
    command = [str(Path(sys.executable).with_name("zin")), "deliver"]
    running = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=os.environ | environment) for _ in range(many)
    ]
    try:
        yield [process.pid for process in running]
    finally:
        for process in running:
            process.terminate()
        await asyncio.gather(*(process.wait() for process in running))


async def measure(settings: Settings, processes: int, arrivals: Arrivals) -> tuple[float, float]:
    """Return messages a second, and the CPU seconds of the processes."""
    arrivals.clear()
    async with deliveries(settings, processes, arrivals.url, 100_000) as pids, asyncio.timeout(LONGEST):
        await arrived(arrivals, 1)
        spent = -sum(map(cpu_seconds, pids))
        await arrived(arrivals, MESSAGES)
        spent += sum(map(cpu_seconds, pids))
    times = sorted(arrivals.times.values())
    return (MESSAGES - 1) / (times[MESSAGES - 1] - times[0]), spent


async def arrived(arrivals: Arrivals, many: int) -> None:
    """Wait until so many messages have reached the gateway."""
    while len(arrivals.times) < many:  # noqa: ASYNC110 - the messages arrive over HTTP
        await asyncio.sleep(0.01)


def cpu_seconds(pid: int) -> float:
    """The CPU time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def postgresql() -> Iterator[Server | None]:
    """Start a temporary PostgreSQL if its programs are installed, else yield None."""
    folder = programs()
    server = Server(folder) if folder else None
    try:
        yield server
    finally:
        if server:
            server.remove()


async def run() -> Sequence[Sequence[str]]:
    """Measure every case, and return the rows of the table."""
    rows = []
    async with AsyncExitStack() as stack:
        arrivals = await stack.enter_async_context(quick_gateway())
        server = stack.enter_context(postgresql())
        for name in ("SQLite", *(["PostgreSQL"] if server else [])):
            for processes, waiting in CASES:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zin-bench-")))
                url = await server.new() if server and name == "PostgreSQL" else ""
                settings = Settings(data=folder, database_url=SecretStr(url))
                await fill(settings, waiting)
                rate, spent = await measure(settings, processes, arrivals)
                cells = (name, str(processes), str(waiting), f"{rate:.0f}", f"{1e6 * spent / MESSAGES:.0f}")
                rows.append([*dated(), *cells, str(arrivals.twice)])
                print(" | ".join(rows[-1]), flush=True)
    return rows


if __name__ == "__main__":
    add_rows(HEADING, asyncio.run(run()))
