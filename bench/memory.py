"""Measures the memory of workers: `python -m bench.memory`, which `make bench` runs.

`zin serve` is started with 1, 2 and 4 workers, with `--many` also on 1,000 services in five languages, and calls of
every kind are played before the memory is read from /proc. "Private" is what a worker does not share with any other
process (proc(5), smaps_rollup: Private_Dirty and Private_Clean). Growth is measured with one worker: its private memory
after a tenth of the hops, and after all of them; `--hops` says how many.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final

from bench.calls import JOURNEYS, RESULTS, SCREENS, Call
from bench.load import Crowd, Load, play
from bench.many_menus import many_menus
from bench.processes import free_port, started
from bench.report import add_rows, dated
from bench.targets import Bench, open_bench

WORKERS: Final = (1, 2, 4)
SERVICES: Final = 1000
WARM_UP_HOPS: Final = 20_000
ROUND_SECONDS: Final = 2.0
LOAD: Final = Load((*SCREENS, *JOURNEYS, *RESULTS))
MANY_LOAD: Final = Load((SCREENS[2], *RESULTS, Call(("1", "3", "zinzin", "1"), "")))  # what the copies do not change
MEGABYTE: Final = 1024.0  # kB, the unit of smaps_rollup
HEADER: Final = """
# Memory of a worker

One row for each case of a run of `python -m bench.memory`, in MB for each worker, the mean of all: resident (RSS),
proportional (PSS) and private memory after 20,000 hops of every kind. "Growth" rows compare one worker after a tenth of
the hops and after all of them; their last column is the growth of the private memory in MB.

| date | commit | machine | menus | workers | hops | RSS | PSS | private | growth |
|---|---|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of one process, or the mean of several, in MB."""

    rss: float
    pss: float
    private: float

    def cells(self) -> list[str]:
        """Return the cells of a row."""
        return [f"{self.rss:.0f}", f"{self.pss:.0f}", f"{self.private:.0f}"]


@dataclass(frozen=True, slots=True)
class Menus:
    """The menus of a case: their name in the table, the settings that choose them, and calls that they answer."""

    name: str
    settings: dict[str, str]
    load: Load


def memory_of(pid: int) -> Memory:
    """Return the memory of a process now. Source: proc(5), smaps_rollup."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.partition(":")[0]: int(line.split()[1]) / MEGABYTE for line in lines}
    return Memory(sizes["Rss"], sizes["Pss"], sizes["Private_Dirty"] + sizes["Private_Clean"])


def memory_of_workers(server: int) -> Memory:
    """Return the mean memory of the workers below this process, or of the process itself if it serves alone."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    workers = [pid for pid in children if Path(f"/proc/{pid}/comm").read_text() == "zin worker\n"]
    found = [memory_of(int(pid)) for pid in workers or [str(server)]]
    return Memory(fmean(one.rss for one in found), fmean(one.pss for one in found), fmean(one.private for one in found))


@asynccontextmanager
async def serving(bench: Bench, menus: Menus, workers: int) -> AsyncIterator[tuple[int, int]]:
    """Run a server; yield its pid and its port."""
    port = free_port()
    settings = menus.settings | {"ZIN_PORT": str(port), "ZIN_DATA": str(bench.folder), "ZIN_REDIS_URL": bench.valkey}
    command = (sys.executable, "-m", "cli.main", "serve", "--workers", str(workers))
    async with started(command, port, settings, bench.folder / "server.log") as pid:
        yield pid, port


async def play_hops(port: int, load: Load, hops: int) -> None:
    """Make calls until at least this many hops were answered; on a loaded machine some of them by an apology."""
    done = 0
    while done < hops:
        seen = await play(port, "/ussd/africastalking/demo", load, Crowd(32, ROUND_SECONDS))
        done += len(seen.times)
        for what, times in seen.wrong.most_common(1):
            print(f"{times} times: {what}", flush=True)


async def measure(bench: Bench, menus: Menus, workers: int) -> list[str]:
    """Return the row of one case."""
    async with serving(bench, menus, workers) as (pid, port):
        await play_hops(port, menus.load, WARM_UP_HOPS)
        return [*dated(), menus.name, str(workers), str(WARM_UP_HOPS), *memory_of_workers(pid).cells(), ""]


async def measure_growth(bench: Bench, menus: Menus, hops: int) -> list[str]:
    """Return the row of the growth of one worker over so many hops."""
    async with serving(bench, menus, 1) as (pid, port):
        await play_hops(port, menus.load, hops // 10)
        before = memory_of_workers(pid)
        await play_hops(port, menus.load, hops - hops // 10)
        after = memory_of_workers(pid)
        return [*dated(), menus.name, "1", str(hops), *after.cells(), f"{after.private - before.private:+.1f}"]


def many_services(folder: Path) -> Menus:
    """Return menus of many services in every language, made below this folder."""
    files, languages = many_menus(folder, SERVICES, 0)
    settings = {"ZIN_MENUS": str(files), "ZIN_LOCALES": str(languages)}
    return Menus(f"{SERVICES} services, five languages", settings, MANY_LOAD)


async def run(measured: Sequence[Menus], hops: int) -> None:
    """Measure every case, and add its row to bench/results.md."""
    async with open_bench() as bench:
        for menus in measured:
            for workers in WORKERS:
                add_rows(HEADER, [await measure(bench, menus, workers)])
        add_rows(HEADER, [await measure_growth(bench, measured[0], hops)])


def main() -> None:
    """Measure each case."""
    parser = argparse.ArgumentParser(description="The memory of workers.")
    parser.add_argument("--hops", type=int, default=50_000, help="of the search for growth")
    parser.add_argument("--many", action="store_true", help="measure 1,000 services in five languages too")
    arguments, today = parser.parse_args(), Menus("today's", {}, LOAD)
    with tempfile.TemporaryDirectory(prefix="zin-memory-") as folder:
        measured = [today, many_services(Path(folder))] if arguments.many else [today]
        asyncio.run(run(measured, arguments.hops))


if __name__ == "__main__":
    main()
