"""Measures whether several workers answer as many hops per CPU second as one, and share the callers evenly.

    .venv/bin/python -m bench.workers

`zin serve` with one, two and four workers is started in turn on the first core; Valkey and the load generator share the
last one. So hops per CPU second can be compared, hops a second cannot. With the same phones for more workers, each
worker answers fewer at once, which costs more; therefore workers with 32 phones each are measured too. The connections
of each worker are counted in the middle of a round, in /proc. Rows go to bench/results.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Final

from bench.processes import cpu_of
from bench.report import add_rows, dated, show_limits
from bench.targets import Bench, Target, open_bench

CASES: Final = ((1, 32), (2, 32), (4, 32), (2, 64), (4, 128), (1, 1000), (2, 1000), (4, 1000))  # workers, phones
WARM_UP_SECONDS: Final = 1.5  # for each worker: the first writes to memory that a fork shares copy it
ESTABLISHED: Final = "01"  # proc(5), /proc/net/tcp
HEADING: Final = """
# Several workers

Some rows for each run of `python -m bench.workers`: screens that ask no source, at full load, with all workers on one
core; a figure is the median of the rounds. The ratio is hops per CPU second over those of one worker with 32 or 1000
phones in the same run. Then the connections of each worker in the middle of each round, and the share of the CPU time
that the least and the most busy worker used.

| date | commit | machine | phones | workers | hops/s | hops per CPU s | ratio | connections | CPU % |
|---|---|---|---|---|---|---|---|---|---|
"""


@dataclass(slots=True)
class Round:
    """One measured server with its workers: connections and CPU seconds of each, most first."""

    target: Target
    connections: list[int]
    cpu: list[float]

    @property
    def per_cpu_second(self) -> float:
        """Hops per CPU second of all processes."""
        return len(self.target.seen.times) / sum(self.cpu)


@dataclass(slots=True)
class Case:
    """A number of workers and of phones, with its rounds."""

    workers: int
    phones: int
    rounds: list[Round] = field(default_factory=list)

    @property
    def per_cpu_second(self) -> float:
        """The median of the hops per CPU second."""
        return median(one.per_cpu_second for one in self.rounds)

    def cells(self, single: Case) -> list[str]:
        """Return the figures as text; `single` is the case of one worker."""
        hops = median(len(one.target.seen.times) / one.target.seen.seconds for one in self.rounds)
        shares = [cpu / sum(one.cpu) * 100 for one in self.rounds for cpu in one.cpu[: self.workers]]
        return [
            str(self.phones),
            str(self.workers),
            f"{hops:.0f}",
            f"{self.per_cpu_second:.0f}",
            f"{self.per_cpu_second / single.per_cpu_second:.2f}",
            "; ".join(" ".join(map(str, one.connections)) for one in self.rounds),
            f"{min(shares):.0f} to {max(shares):.0f}",
        ]


async def measure(bench: Bench, case: Case, seconds: float) -> None:
    """Start a server with these workers, and add one round."""
    async with AsyncExitStack() as stack:
        alone = replace(bench, stack=stack)
        words = () if case.workers == 1 else ("--workers", str(case.workers))
        target = await alone.start_zin(f"{case.workers} workers", "cli.main", "serve", *words)
        await alone.measure(target, case.phones, WARM_UP_SECONDS * case.workers)
        target.forget()
        pids = list(tree_of(target.pid))
        before = {pid: cpu_of(pid) for pid in pids}
        playing = asyncio.create_task(alone.measure(target, case.phones, seconds))
        await asyncio.sleep(seconds / 2)
        sockets = sockets_of(target.port)
        connections = sorted((len(sockets & open_sockets(pid)) for pid in pids), reverse=True)[: case.workers]
        await playing
        used = sorted((cpu_of(pid) - before[pid] for pid in pids), reverse=True)
        case.rounds.append(Round(target, connections, used))


def tree_of(pid: int) -> Iterator[int]:
    """Yield a process and all processes below it. Source: proc(5), children."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from tree_of(int(child))


def sockets_of(port: int) -> set[str]:
    """Return the connected sockets of a local port as /proc names them. Source: proc(5), net/tcp."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {f"socket:[{row[9]}]" for row in rows if row[3] == ESTABLISHED and int(row[1].partition(":")[2], 16) == port}


def open_sockets(pid: int) -> set[str]:
    """Return the sockets that a process has open, as /proc names them."""
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it was closed meanwhile
            found.add(os.readlink(descriptor))
    return {name for name in found if name.startswith("socket:")}


async def run(seconds: float, rounds: int) -> list[Case]:
    """Measure all cases in alternating rounds."""
    cases = [Case(workers, phones) for workers, phones in CASES]
    async with open_bench() as bench:
        for _ in range(rounds):
            for case in cases:
                await measure(bench, case, seconds)
    return cases


def table(cases: Sequence[Case]) -> list[list[str]]:
    """Return a row for each case."""
    single = {case.phones: case for case in cases if case.workers == 1}
    return [case.cells(single.get(case.phones, cases[0])) for case in cases]


def main() -> None:
    """Parse the arguments, measure, print a table, and add its rows to bench/results.md unless an answer was wrong."""
    parser = argparse.ArgumentParser(description="Whether several workers answer as much as one, per CPU second.")
    parser.add_argument("--seconds", type=int, choices=range(1, 11), metavar="1..10", default=3, help="of one round")
    parser.add_argument("--rounds", type=int, choices=range(1, 10, 2), metavar="1,3..9", default=3)
    arguments = parser.parse_args()
    cases = asyncio.run(run(arguments.seconds, arguments.rounds))
    rows = table(cases)
    for row in rows:
        print("  ".join(f"{cell:>8}" for cell in row))
    targets = [one.target for case in cases for one in case.rounds]
    show_limits(targets)
    if any(target.seen.wrong for target in targets):
        sys.exit("Some answers were wrong: nothing is kept.")
    add_rows(HEADING, [[*dated(), *row] for row in rows])


if __name__ == "__main__":
    main()
