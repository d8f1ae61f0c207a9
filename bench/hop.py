"""Measures the cost of a hop: the real server and the floor, in turn, under the same load.

A Valkey, `zin serve` with its own data folder, and bench/floor.py (the minimum for any answer over HTTP) are started.
Each server has the first core to itself while it is measured; Valkey and the load generator share the last one. A
second server without usage counters (bench/uncounted.py) is measured too: the ratio of both is their cost. Rounds
alternate, so that a slow moment of the machine affects all. CPU is read from /proc. Every citizen has chosen French
before, since a language is chosen in one call a year. One table is printed, and rows go to bench/results.md. Run it
with `make bench`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bench.load import Call, Crowd, Seen, play
from bench.processes import CORES, ROOT, Target, cpu_of, free_port, started
from bench.report import UNCOUNTED, keep, show
from state.store.embedded import EmbeddedValkey
from state.store.pipeline import CommandPipeline

# The citizens' calls: the inputs after dialling, and words of the last screen. SCREENS asks no source: it is the pure
# hop, to compare with the floor. JOURNEYS has every journey, with lists, searches and look-ups in SQL. RESULTS is what
# most citizens do on results day.
SCREENS = (
    Call(("7", "1", "0", "00"), "Services publics"),
    Call(("1", "0", "7", "3"), "Rappelez dans les dix minutes"),
    Call(("7", "4", "1"), "Parler"),
    Call(("4", "2", "0", "0"), "Services publics"),
)
JOURNEYS = (
    Call(("3", "1", "12345"), "Admis(e)"),
    Call(("3", "1", "12346", "1"), "Il reste les oraux"),
    Call(("1", "1", "98", "5", "3"), "2 000 F"),
    Call(("1", "3", "pasport", "1", "1"), "photo 35 x 45"),
    Call(("2", "EX-000001", "1", "0001", "1"), "Votre document est"),
    Call(("4", "1", "1", "3"), "ouvert le 21"),
    Call(("4", "2", "natitngou", "1"), "Pas de centre connu"),
    Call(("5", "100001", "03021961"), "Dossier complet"),
    Call(("7", "1", "0", "00"), "Services publics"),
)
RESULTS = (
    Call(("3", "1", "12345"), "Admis(e)"),
    Call(("3", "1", "12346"), "Admissible"),
    Call(("3", "1", "12347"), "Refusé(e)"),
)
WARM_UP = 1.0  # seconds
RATE = 4000  # hops a second that both can answer: at the same load, a hop's share of idle overhead is the same


@asynccontextmanager
async def valkey(folder: Path) -> AsyncIterator[tuple[str, int]]:
    """Start a Valkey on our core; yield its address and its pid."""
    server = EmbeddedValkey(folder)
    url = await server.start()
    batcher = CommandPipeline(url, deadline=1.0)
    try:
        lines = (await batcher.execute("INFO", "server")).decode().splitlines()
        yield url, next(int(line.partition(":")[2]) for line in lines if line.startswith("process_id:"))
    finally:
        await batcher.close()
        await server.stop()


async def targets(stack: AsyncExitStack, folder: Path, url: str) -> list[Target]:
    """Start the floor and the servers; return them for full load, then for the same rate."""
    port = free_port()
    command = [sys.executable, "-m", "bench.floor", str(port), url]
    pid = await stack.enter_async_context(started(command, port, {}, folder / "floor.log"))
    floor = Target("floor", "/", [replace(call, ends="") for call in SCREENS], port, pid)
    subprocess.run([sys.executable, "-m", "bench.citizens", str(folder)], cwd=ROOT, check=True)  # noqa: ASYNC221
    screens = await server(stack, folder, url, "screens", "cli.main")
    uncounted = await server(stack, folder, url, UNCOUNTED, "bench.uncounted")
    others = {"journeys": JOURNEYS, "results": RESULTS}
    rest = [replace(screens, name=name, calls=calls, seen=Seen()) for name, calls in others.items()]
    full = [floor, screens, uncounted, *rest]
    return full + [replace(target, rate=RATE, seen=Seen()) for target in full]


async def server(stack: AsyncExitStack, folder: Path, url: str, name: str, module: str) -> Target:
    """Start a server for the load of screens."""
    port = free_port()
    settings = {"ZIN_PORT": str(port), "ZIN_DATA": str(folder), "ZIN_REDIS_URL": url}
    command = [sys.executable, "-m", module, *(["serve"] if module == "cli.main" else [])]
    pid = await stack.enter_async_context(started(command, port, settings, folder / f"{name}.log"))
    return Target(name, "/ussd/africastalking/demo", SCREENS, port, pid)


async def measure(target: Target, valkey_pid: int, connections: int, seconds: float) -> None:
    """Run one round, and add its results to the target."""
    before, stored = cpu_of(target.pid), cpu_of(valkey_pid)
    crowd = Crowd(connections, seconds, target.rate)
    seen = await play(target.port, target.address, target.calls, crowd)
    target.cpu += cpu_of(target.pid) - before
    target.valkey += cpu_of(valkey_pid) - stored
    target.seen.add(seen)


async def run(connections: int, seconds: float, rounds: int) -> Sequence[Target]:
    """Measure all targets in alternating rounds."""
    os.sched_setaffinity(0, {CORES[-1]})
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zin-bench-")))
        url, valkey_pid = await stack.enter_async_context(valkey(folder / "valkey"))
        every = await targets(stack, folder, url)
        for target in every:
            await measure(target, valkey_pid, connections, WARM_UP)
            target.cpu, target.valkey, target.seen = 0.0, 0.0, Seen()
        for _ in range(rounds):
            for target in every:
                await measure(target, valkey_pid, connections, seconds)
        return every


def main() -> None:
    """Parse the arguments, measure, print the results, and store them unless an answer was wrong."""
    parser = argparse.ArgumentParser(description="What a hop costs: the real server over the floor.")
    parser.add_argument("--connections", type=int, choices=range(1, 1001), metavar="1..1000", default=32)
    parser.add_argument("--seconds", type=int, choices=range(1, 61), metavar="1..60", default=2, help="of one round")
    parser.add_argument("--rounds", type=int, choices=range(1, 11), metavar="1..10", default=5)
    arguments = parser.parse_args()
    measured = asyncio.run(run(arguments.connections, arguments.seconds, arguments.rounds))
    show(measured)
    if any(target.seen.wrong for target in measured):
        sys.exit("Some answers were wrong: nothing is kept.")
    keep(measured, arguments.connections)


if __name__ == "__main__":
    main()
