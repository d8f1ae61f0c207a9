"""Prints measurements as a table, and adds rows to bench/results.md."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.processes import CORES, ROOT
from bench.targets import Target

RESULTS = Path(__file__).parent / "results.md"
MAX_LOAD_CORE_SHARE = 0.9
UNCOUNTED = "uncounted"  # the target with the calls of "screens" and without usage counters
HEADER = """# What a hop costs

Some rows for each run of `make bench`, newest last: hops a second of one server process on one core, the time within
which half and 99 in 100 of them were answered, and the CPU that one hop takes. "screens" are calls that ask no source,
"uncounted" the same without figures, "journeys" all of them, look-ups in SQLite included, "results" look-ups of exam
results from the dial to the verdict. In calls that begin with "first" the citizen is new and chooses a language before.
The load is all that the server answers ("full"), or the same hops a second for all. The floor is a bare aiohttp
application with one batched GET and one SET, under the same load. bench/hop.py says how it is measured.

| date | commit | machine | phones | calls | load | hops/s | p50 ms | p99 ms | CPU µs | Valkey µs | floor µs | ratio |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def show(measured: Sequence[Target]) -> None:
    """Print the measurements as a table, with ratios and wrong answers."""
    print(f"{'':15}{'load':>10}{'hops/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'CPU µs':>10}{'Valkey µs':>10}{'wrong':>10}")
    for target in measured:
        figures = (_load(target), *_figures(target), str(target.seen.wrong.total()))
        print(f"{target.name:15}" + "".join(f"{figure:>10}" for figure in figures))
    for server, floor in _pairs(measured):
        print(f"CPU of a hop over the floor, {server.name}, {_load(server)}: {_over(floor, server)}")
    for target in measured:
        if target.name == UNCOUNTED:
            counted = next(one for one in measured if (one.name, one.rate) == ("screens", target.rate))
            print(f"CPU of a hop with figures over one without, {_load(target)}: {_over(target, counted)}")
    for first, known in _first_time_pairs(measured):
        share = _per_second(first) / _per_second(known)
        print(f"hops a second of first-time callers over returning ones, {known.name}: {share:.2f}")
    for target in measured:
        if target.instructions:
            print(f"instructions of a hop, {target.name}, {_load(target)}: {target.per_hop(target.instructions):.0f}")
    show_limits(measured)


def show_limits(measured: Sequence[Target]) -> None:
    """Print wrong answers, and where the load generator or its Valkey limits what was measured."""
    for target in measured:
        if target.load_core_share > MAX_LOAD_CORE_SHARE:
            print(f"{target.name}: the load's core was busy for {target.load_core_share:.0%} of the time, a limit")
        for what, times in target.seen.wrong.most_common(5):
            print(f"{target.name}, {times} times: {what}")


def keep(measured: Sequence[Target], connections: int) -> None:
    """Add the rows of this run to bench/results.md."""
    run = [*dated(), str(connections)]
    rows = []
    for server, floor in _pairs(measured):
        row = [*run, server.name, _load(server), *_figures(server)]
        rows.append([*row, f"{floor.per_hop(floor.cpu) * 1e6:.1f}", _over(floor, server)])
    add_rows(HEADER, rows)


def dated() -> list[str]:
    """Return the first cells of every row: the date, the commit and the machine."""
    return [f"{datetime.now(UTC):%Y-%m-%d %H:%M}", _commit(), _machine()]


def add_rows(heading: str, rows: Sequence[Sequence[str]]) -> None:
    """Add rows to the end of the table under this heading; a missing heading is written first."""
    written = RESULTS.read_text() if RESULTS.exists() else ""
    if heading not in written:
        written += heading
    before, _, after = written.partition(heading)
    table, _, others = after.partition("\n\n")
    old = f"{table.rstrip()}\n" if table.strip() else ""
    lines = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    RESULTS.write_text(before + heading + old + lines + (f"\n{others}" if others else ""))


def _pairs(measured: Sequence[Target]) -> Iterator[tuple[Target, Target]]:
    """Yield each server with the floor under the same load."""
    floors = {target.rate: target for target in measured if target.name == "floor"}
    for target in measured:
        if target.name != "floor":
            yield target, floors[target.rate]


def _first_time_pairs(measured: Sequence[Target]) -> Iterator[tuple[Target, Target]]:
    """Yield each full load of first-time callers with the same calls of returning ones."""
    named = {target.name: target for target in measured if not target.rate}
    for name, target in named.items():
        if first := named.get(f"first-{name}"):
            yield first, target


def _per_second(target: Target) -> float:
    return len(target.seen.times) / target.seen.seconds


def _load(target: Target) -> str:
    return f"{target.rate}/s" if target.rate else "full"


def _figures(target: Target) -> tuple[str, ...]:
    seen = target.seen
    return (
        f"{_per_second(target):.0f}",
        f"{seen.within(0.50):.2f}",
        f"{seen.within(0.99):.2f}",
        f"{target.per_hop(target.cpu) * 1e6:.1f}",
        f"{target.per_hop(target.valkey) * 1e6:.1f}",
    )


def _over(floor: Target, server: Target) -> str:
    return f"{server.per_hop(server.cpu) / floor.per_hop(floor.cpu):.2f}"


def _commit() -> str:
    """Return the measured commit, with "-dirty" if files differ from it."""
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "none"


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    return f"{model}, {len(CORES)} cores, Python {platform.python_version()}"
