"""Measures a catalogue of the country's size: `python -m bench.catalogue`.

Ours and a thousand services are compared: the time of `zin check` and of an import from a table, each a process of its
own; the CPU of a hop to a theme, to a service and to what a word finds, without HTTP and with sessions in memory; and
the longest list, in pages of a basic phone.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from authoring.replay.sandbox import ReplaySandbox, make_sample, open_sample_menus, sandbox_settings
from authoring.services.table_export import write_table
from bench.many_menus import many_menus
from bench.processes import ROOT
from bench.report import add_rows, dated
from catalog.entries import Service, read_services
from settings import Settings
from sources.service_groups import ServiceGroups

SERVICES: Final = 1000
RUNS: Final = 3
HOPS: Final = 2000
INPUTS: Final[Mapping[str, Sequence[str]]] = {
    "to a theme": ("1", "1"),
    "to a service": ("1", "1", "1", "1"),
    "to what a word finds": ("casier",),
}
HEADING: Final = """
# A catalogue of the country's size

Rows of a run of `python -m bench.catalogue`, for our services and for a thousand: seconds of `zin check` and of
`zin services import` of all of them from CSV (the median of three processes), the rows of the longest list of services,
and the CPU µs of a hop in conversations without HTTP, sessions in memory: the last input of those that lead to a theme,
to a service through its theme (and a group, if the theme is long), and to what a word finds.

| date | commit | machine | services | check s | import s | longest list | theme µs | service µs | word µs |
|---|---|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Measure both catalogues, and add the rows to bench/results.md."""
    parser = argparse.ArgumentParser(description="What a large catalogue costs.")
    parser.add_argument("--services", type=int, default=SERVICES)
    arguments = parser.parse_args()
    rows, run_of = [], dated()
    with tempfile.TemporaryDirectory(prefix="zin-bench-") as folder:
        many = many_menus(Path(folder), arguments.services, 0)
        for number, (menus, locales) in enumerate([(ROOT / "menus", ROOT / "locales"), many]):
            found = measure(menus, locales, Path(folder) / f"data{number}")
            print("  ".join(found))
            rows.append([*run_of, *found])
    if arguments.services == SERVICES:
        add_rows(HEADING, rows)


def measure(menus: Path, locales: Path, data: Path) -> list[str]:
    """Return the figures of one catalogue."""
    services = read_services(menus / "catalogue")
    environment = os.environ | {"ZIN_MENUS": str(menus), "ZIN_LOCALES": str(locales), "ZIN_DATA": str(data)}
    table = data.with_suffix(".csv")
    table.write_bytes(write_table(services))
    check, imported = (
        median(run(environment, *verb) for _ in range(RUNS))
        for verb in (("check",), ("services", "import", str(table), "--dry-run"))
    )
    hops = asyncio.run(cost_of_hops(menus, locales, data))
    return [
        str(len(services)),
        f"{check:.2f}",
        f"{imported:.2f}",
        str(longest_list(services)),
        *(f"{one:.0f}" for one in hops),
    ]


def run(environment: Mapping[str, str], *verb: str) -> float:
    """Return the seconds that a verb of `zin` takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "cli.main", *verb], env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def longest_list(services: Mapping[str, Service]) -> int:
    """Return the rows of the longest list."""
    lists = [ServiceGroups(services, by) for by in ("theme", "life_event")]
    return max(
        len(one.rows) for groups in lists for one in (groups.top, *groups.parts.values(), *groups.groups.values())
    )


async def cost_of_hops(menus: Path, locales: Path, data: Path) -> list[float]:
    """Return the CPU µs of the last hop of each row of INPUTS."""
    settings = sandbox_settings(Settings(locales=locales), menus, data)
    await make_sample(settings)
    async with open_sample_menus(settings) as ours, ours.sandbox() as house:
        return [await cost_of(house, inputs) for inputs in INPUTS.values()]


async def cost_of(house: ReplaySandbox, inputs: Sequence[str]) -> float:
    """Return the CPU µs of the last of these inputs, over many calls."""
    spent = 0.0
    for number in range(HOPS):
        phone = house.phone(f"+22901{number:08}")
        await phone.dial()
        for typed in inputs[:-1]:
            await phone.type(typed)
        began = time.process_time()
        await phone.type(inputs[-1])
        spent += time.process_time() - began
    return spent / HOPS * 1e6


if __name__ == "__main__":
    main()
