"""Measures a broadcast on results day: 272,000 messages to a gateway of 500 a second, and awaited answers meanwhile.

A database is filled with the messages, and `zin deliver` runs twice. Every half second an awaited answer is put into
the outbox; its time runs until it reaches the gateway. In a fair order a message leaves few places after its place in
the queue. Run `python -m bench.broadcast DATABASE [MESSAGES]`: it takes twelve minutes, and the row goes to
bench/results.md.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from pydantic import SecretStr

from bench.delivery import arrived, deliveries, fill, postgresql
from bench.report import add_rows, dated
from bench.sms_gateway import Arrivals, quick_gateway
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import open_database
from database.encryption import Seal
from settings import Settings

MESSAGES = 272_000
PER_SECOND = 500
PROCESSES = 2
BETWEEN = 0.5  # seconds between two awaited answers
HEADING = """
# A broadcast on results day

One row for each run of `python -m bench.broadcast`: so many messages to a gateway that takes 500 a second, from two
delivery processes; the greatest number of messages in ten seconds; the seconds from the outbox to the gateway
of awaited answers meanwhile; and by how many places a message left after others that were due later.

| date | commit | machine | database | messages | minutes | in 10 s | answers | p50 s | p99 s | places | twice |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""


async def post_answers(settings: Settings, arrivals: Arrivals) -> list[float]:
    """Put an awaited answer into the outbox from time to time until cancelled. Returns the seconds that each took."""
    database = open_database(settings)
    outbox, posted = Outbox(database, Seal(*settings.secrets.rest)), dict[str, float]()
    try:
        while True:
            text = f"Answer {len(posted)}"
            await outbox.enqueue(Message(text, "sms", "+2290190000002", text, is_awaited=True))
            posted[text] = perf_counter()
            await asyncio.sleep(BETWEEN)
    except asyncio.CancelledError:
        return [arrivals.times.get(text, perf_counter()) - at for text, at in posted.items()]
    finally:
        await database.close()


async def measure(settings: Settings, messages: int, arrivals: Arrivals) -> list[str]:
    """The cells of one row."""
    async with deliveries(settings, PROCESSES, arrivals.url, PER_SECOND):
        await arrived(arrivals, 1)
        posting = asyncio.create_task(post_answers(settings, arrivals))
        await arrived(arrivals, messages)  # some of them answers
        posting.cancel()
        answers = sorted(await posting)
    times = sorted(arrivals.times.values())
    minutes = (times[-1] - times[0]) / 60
    waits = (answers[len(answers) // 2], answers[len(answers) * 99 // 100])
    cells = (f"{minutes:.2f}", str(busiest(times, 10)), str(len(answers)))
    return [str(messages), *cells, *(f"{wait:.2f}" for wait in waits), str(places(arrivals)), str(arrivals.twice)]


def busiest(times: Sequence[float], seconds: float) -> int:
    """The most arrivals within so many seconds."""
    most, first = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def places(arrivals: Arrivals) -> int:
    """The most places by which a message of the broadcast left later than its place in the queue."""
    numbers = [int(text.rpartition(" ")[2]) for text in arrivals.times if text.startswith("Message")]
    return max(place - number for place, number in enumerate(numbers))


async def run(name: str, messages: int) -> Sequence[Sequence[str]]:
    """Measure one broadcast, and return its row."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zin-bench-")))
        server = stack.enter_context(postgresql()) if name == "PostgreSQL" else None
        settings = Settings(data=folder, database_url=SecretStr(await server.new() if server else ""))
        await fill(settings, messages)
        async with quick_gateway() as arrivals:
            row = [*dated(), name, *await measure(settings, messages, arrivals)]
    print(" | ".join(row), flush=True)
    return [row]


if __name__ == "__main__":
    chosen, *many = sys.argv[1:]
    add_rows(HEADING, asyncio.run(run(chosen, int(many[0]) if many else MESSAGES)))
