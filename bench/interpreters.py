"""Measures a hop on several Pythons in one run: `python -m bench.interpreters PYTHON...`.

Each PYTHON is the python of a virtual environment with what requirements.lock names. A server of each runs on the first
core, over the same Valkey and database, and their rounds of load alternate. Rows go to bench/results.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Final

from bench.calls import JOURNEYS, SCREENS
from bench.load import Load, Seen
from bench.processes import free_port
from bench.report import add_rows, dated
from bench.targets import Bench, Target, open_bench

LOADS: Final = {"screens": Load(SCREENS), "journeys": Load(JOURNEYS)}
CONNECTIONS: Final = 32
WARM_UP_SECONDS: Final = 2.0
ROUND_SECONDS: Final = 2.0
HEADER: Final = """
# Which Python

One row for each Python and load of a run of `python -m bench.interpreters`: CPU of a hop in microseconds, the median of
all rounds, and hops a second of one server process on one core. The rounds of all Pythons alternate.

| date | commit | machine | python | calls | rounds | CPU µs | hops/s |
|---|---|---|---|---|---|---|---|
"""


async def serve(bench: Bench, python: str) -> Iterator[Target]:
    """Start a server on this Python; return its target for each load."""
    port, version = free_port(), _version(python)
    settings = {"ZIN_PORT": str(port), "ZIN_DATA": str(bench.folder), "ZIN_REDIS_URL": bench.valkey}
    pid = await bench.start(version, python, "-m", "cli.main", "serve", port=port, settings=settings)
    zin = Target(version, "/ussd/africastalking/demo", Load(SCREENS), port, pid)
    return (replace(zin, name=f"{version} {name}", load=load, seen=Seen()) for name, load in LOADS.items())


async def run(pythons: Sequence[str], rounds: int) -> Iterator[list[str]]:
    """Measure every Python in alternating rounds; return the rows."""
    async with open_bench() as bench:
        every = [target for python in pythons for target in await serve(bench, python)]
        measured: dict[str, list[tuple[float, float]]] = {target.name: [] for target in every}
        for target in every:
            await bench.measure(target, CONNECTIONS, WARM_UP_SECONDS)
        for _ in range(rounds):
            for target in every:
                measured[target.name].append(await _round(bench, target))
        return (_row(name, rounds, found) for name, found in measured.items())


async def _round(bench: Bench, target: Target) -> tuple[float, float]:
    """Return the CPU microseconds of a hop and the hops a second of one round. Exits if an answer was wrong."""
    target.forget()
    await bench.measure(target, CONNECTIONS, ROUND_SECONDS)
    if target.seen.wrong:
        sys.exit(f"Wrong answers: {target.seen.wrong.most_common(3)}")
    hops = len(target.seen.times)
    return target.cpu / hops * 1e6, hops / target.seen.seconds


def _row(name: str, rounds: int, found: Sequence[tuple[float, float]]) -> list[str]:
    version, calls = name.split()
    cpu, rate = (median(one[part] for one in found) for part in (0, 1))
    return [*dated(), version, calls, str(rounds), f"{cpu:.1f}", f"{rate:.0f}"]


def _version(python: str) -> str:
    code = "import platform; print(platform.python_version())"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Measure, print the rows, and add them to bench/results.md."""
    parser = argparse.ArgumentParser(description="A hop on several Pythons.")
    parser.add_argument("pythons", nargs="+", type=lambda path: os.path.abspath(Path(path)), metavar="PYTHON")
    parser.add_argument("--rounds", type=int, choices=range(1, 31), metavar="1..30", default=7)
    arguments = parser.parse_args()
    rows = list(asyncio.run(run(arguments.pythons, arguments.rounds)))
    for row in rows:
        print(" | ".join(row[3:]))
    add_rows(HEADER, rows)


if __name__ == "__main__":
    main()
