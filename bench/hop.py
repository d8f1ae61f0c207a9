"""Measures the cost of a hop: the real server and the floor, in turn, under the same load.

A Valkey, `zin serve` with its own data folder, and bench/floor.py (the minimum for any answer over HTTP) are started.
Each server has the first core to itself while it is measured; Valkey and the load generator share the last one. A
second server without usage counters (bench/uncounted.py) is measured too: the ratio of both is their cost. Rounds
alternate, so that a slow moment of the machine affects all. CPU is read from /proc. Returning citizens have chosen
French before; in the loads whose names begin with "first" each citizen is new and chooses it in the call. One table is
printed, and rows go to bench/results.md. Run it with `make bench`. With `--profile` nothing is kept: bench/profile.py
prints where the time goes.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bench.calls import JOURNEYS, RESULTS, SCREENS, as_first_calls
from bench.load import FIRST_TIME, Load, Seen
from bench.processes import free_port
from bench.profile import profile
from bench.report import UNCOUNTED, keep, show
from bench.targets import Bench, Target, open_bench

LOADS: Final = {
    "screens": Load(SCREENS),
    "first-screens": Load(as_first_calls(SCREENS), FIRST_TIME),
    "journeys": Load(JOURNEYS),
    "results": Load(RESULTS),
    "first-results": Load(as_first_calls(RESULTS), FIRST_TIME),
}
WARM_UP = 1.0  # seconds
RATE = 4000  # hops a second that both can answer: at the same load, a hop's share of idle overhead is the same


async def floor_target(bench: Bench) -> Target:
    """Start the floor."""
    port = free_port()
    pid = await bench.start("floor", sys.executable, "-m", "bench.floor", str(port), bench.valkey, port=port)
    return Target("floor", "/", Load([replace(call, ends="") for call in SCREENS]), port, pid)


async def run(connections: int, seconds: float, rounds: int) -> Sequence[Target]:
    """Measure all targets in alternating rounds, at full load and at the same rate."""
    async with open_bench() as bench:
        floor, zin = await floor_target(bench), await bench.start_zin("screens", "cli.main", "serve")
        uncounted = await bench.start_zin(UNCOUNTED, "bench.uncounted")
        full = [floor, uncounted, *(replace(zin, name=name, load=load, seen=Seen()) for name, load in LOADS.items())]
        every = full + [replace(target, rate=RATE, seen=Seen()) for target in full]
        for target in every:
            await bench.measure(target, connections, WARM_UP)
            target.forget()
        for _ in range(rounds):
            for target in every:
                await bench.measure(target, connections, seconds)
        return every


async def run_profile(load: str, connections: int, seconds: float) -> None:
    """Profile the server under one load."""
    async with open_bench() as bench:
        await profile(bench, LOADS[load], connections, seconds)


def main() -> None:
    """Parse the arguments, measure, print the results, and store them unless an answer was wrong."""
    parser = argparse.ArgumentParser(description="What a hop costs: the real server over the floor.")
    parser.add_argument("--connections", type=int, choices=range(1, 1001), metavar="1..1000", default=32)
    parser.add_argument("--seconds", type=int, choices=range(1, 61), metavar="1..60", default=2, help="of one round")
    parser.add_argument("--rounds", type=int, choices=range(1, 11), metavar="1..10", default=5)
    parser.add_argument("--profile", choices=LOADS, nargs="?", const="screens", help="where the time of a hop goes")
    arguments = parser.parse_args()
    if arguments.profile:
        asyncio.run(run_profile(arguments.profile, arguments.connections, arguments.seconds * arguments.rounds))
        return
    measured = asyncio.run(run(arguments.connections, arguments.seconds, arguments.rounds))
    show(measured)
    if any(target.seen.wrong for target in measured):
        sys.exit("Some answers were wrong: nothing is kept.")
    keep(measured, arguments.connections)


if __name__ == "__main__":
    main()
