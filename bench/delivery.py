"""Measures messages a second from the outbox: with one and two delivery processes, from SQLite and from PostgreSQL.

A local gateway takes 20 ms for each message over HTTP. For each case a database is filled with messages, `zin deliver`
is started once or twice, and the time from the first to the last arriving message is measured, without the start-up.
The rate limit is set so high that it has no effect. Run it with `make bench`; the rows go to bench/results.md.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from pydantic import SecretStr

from bench.processes import ROOT
from bench.report import add_rows, dated
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import open_database
from database.encryption import Seal
from database.migrations import migrate
from settings import Settings
from tests.support.postgresql import Server, programs
from tests.support.sms_gateway import FakeGateway, Told, fake_gateway, recipient

MESSAGES = 3000
CASES = ((1, MESSAGES), (2, MESSAGES), (2, 100_000))  # processes, and messages in the outbox
GATEWAY_SECONDS = 0.02
AT_ONCE = 200  # messages that are stored in parallel
LONGEST = 300.0  # seconds for one case
HEADING = """
# Messages a second

One row for each case of a run of `make bench`: messages that left the outbox a second, with so many delivery processes
and so many messages that wait, to a gateway on this machine that takes 20 ms for each. The first 3,000 are measured;
bench/delivery.py says how.

| date | commit | machine | registry | processes | messages | messages/s | twice |
|---|---|---|---|---|---|---|---|
"""


@dataclass(slots=True)
class Arrivals:
    """The times and texts of the messages that reached the gateway."""

    times: list[float] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)

    def take(self, form: dict[str, str]) -> Told:
        """Record one message, and answer as a gateway does."""
        self.times.append(perf_counter())
        self.texts.add(form["message"])
        return Told(recipient(named=f"ATXid_{len(self.times)}"), seconds=GATEWAY_SECONDS)


async def fill(settings: Settings, waiting: int) -> None:
    """Create the database with this many messages."""
    database = open_database(settings)
    await migrate(database)
    outbox = Outbox(database, Seal(*settings.secrets.rest))
    for start in range(0, waiting, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, waiting))
        posts = (Message(f"m{number}", "sms", "+2290190000001", f"Message {number}") for number in numbers)
        await asyncio.gather(*map(outbox.enqueue, posts))
    await database.close()


async def measure(settings: Settings, processes: int, gateway: FakeGateway) -> tuple[float, int]:
    """Return messages a second, and how many arrived twice."""
    arrivals = Arrivals()
    gateway.says = arrivals.take
    gateway.forms.clear()
    environment = {"ZIN_DATA": str(settings.data), "ZIN_DATABASE_URL": settings.database_url.get_secret_value(),
             "ZIN_AT_USERNAME": "sandbox", "ZIN_AT_API_KEY": "a-key", "ZIN_AT_URL": gateway.url,
             "ZIN_SMS_PER_SECOND": "100000"}  # fmt: skip
    command = [str(Path(sys.executable).with_name("zin")), "deliver"]
    running = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=os.environ | environment) for _ in range(processes)
    ]
    try:
        async with asyncio.timeout(LONGEST):
            while len(arrivals.texts) < MESSAGES:  # noqa: ASYNC110 - the messages arrive over HTTP
                await asyncio.sleep(0.05)
    finally:
        for process in running:
            process.terminate()
        await asyncio.gather(*(process.wait() for process in running))
    return (MESSAGES - 1) / (arrivals.times[MESSAGES - 1] - arrivals.times[0]), len(arrivals.times) - len(
        arrivals.texts
    )


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
        gateway = await stack.enter_async_context(fake_gateway())
        server = stack.enter_context(postgresql())
        for name in ("SQLite", *(["PostgreSQL"] if server else [])):
            for processes, waiting in CASES:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zin-bench-")))
                url = await server.new() if server and name == "PostgreSQL" else ""
                settings = Settings(data=folder, database_url=SecretStr(url))
                await fill(settings, waiting)
                rate, twice = await measure(settings, processes, gateway)
                line = f"{name}, {processes} process(es), {waiting} wait: {rate:.0f} messages a second, {twice} twice"
                print(line, flush=True)
                rows.append([*dated(), name, str(processes), str(waiting), f"{rate:.0f}", str(twice)])
    return rows


if __name__ == "__main__":
    add_rows(HEADING, asyncio.run(run()))
