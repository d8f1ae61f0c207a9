"""One kind of call, answered by Zin and by the peer: its rounds, their medians, and the ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import chain
from statistics import median
from typing import Final

from bench.load import Seen
from bench.report import add_rows, dated, show_limits
from bench.targets import Bench, Target

HEADINGS: Final = ("hops/s", "p50 ms", "p99 ms", "CPU µs", "instructions")
COLUMNS: Final = ("date", "commit", "machine", "phones", "calls", "Zin hops/s", "peer hops/s", "ratio",
                  *(f"{server} {figure}" for figure in HEADINGS[1:] for server in ("Zin", "peer")))  # fmt: skip
HEADER: Final = f"""
# Zin beside ussd-menu-builder

Some rows for each run of `python -m bench.peer`, newest last: one process of Zin and one of ussd-menu-builder 1.2.0
behind Express answer the same calls with the same texts, in alternating rounds; a figure is the median of the rounds.
The ratio is Zin's hops a second divided by the peer's. "returning" citizens dial and choose once, "first-time" ones
dial and choose a language; "results" are look-ups from the dial to the verdict. Instructions are those of a hop outside
the kernel, where they can be counted.

| {" | ".join(COLUMNS)} |
{"|---" * len(COLUMNS)}|
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a round measured: hops a second, milliseconds, CPU microseconds and instructions of a hop."""

    hops: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    instructions: float

    @classmethod
    def of(cls, target: Target) -> Figures:
        """Return the figures of the rounds that a target has measured so far."""
        seen = target.seen
        hops = len(seen.times) / seen.seconds
        each = target.per_hop(target.cpu) * 1e6, target.per_hop(target.instructions)
        return cls(hops, seen.within(0.50), seen.within(0.99), *each)


def medians(rounds: Sequence[Figures]) -> Figures:
    """Return the median of each figure."""
    return Figures(*(median(getattr(one, figure.name) for one in rounds) for figure in fields(Figures)))


@dataclass(slots=True)
class Comparison:
    """One kind of call with a number of connections; each round is one of Zin and one of the peer."""

    calls: str
    connections: int
    servers: tuple[Target, Target]
    rounds: list[tuple[Target, Target]] = field(default_factory=list)

    async def measure(self, bench: Bench, seconds: float) -> None:
        """Add a round of each server."""
        zin, peer = (replace(server, seen=Seen()) for server in self.servers)
        await bench.measure(zin, self.connections, seconds)
        await bench.measure(peer, self.connections, seconds)
        self.rounds.append((zin, peer))

    def medians(self) -> tuple[Figures, Figures]:
        """Return the median figures of Zin and of the peer."""
        zin, peer = (medians([Figures.of(target) for target in rounds]) for rounds in zip(*self.rounds, strict=True))
        return zin, peer

    @property
    def measured(self) -> list[Target]:
        """All rounds of both servers."""
        return [target for pair in self.rounds for target in pair]


def show(compared: Sequence[Comparison]) -> None:
    """Print the figures as Zin / peer, the ratios, wrong answers, and where the load generator was the limit."""
    print(f"{'':20}{'phones':>7}" + "".join(f"{heading:>17}" for heading in HEADINGS))
    for one in compared:
        pairs = zip(*(map(format_figures, one.medians())), strict=True)
        print(f"{one.calls:20}{one.connections:7}" + "".join(f"{' / '.join(pair):>17}" for pair in pairs))
    for one in compared:
        zin, peer = one.medians()
        print(f"{one.calls}, {one.connections} phones: {ratio(one)} times the peer's hops a second, ", end="")
        print(f"{peer.cpu_us / zin.cpu_us:.2f} times its hops per CPU second")
    show_limits([target for one in compared for target in one.measured])


def keep(compared: Sequence[Comparison], node: str) -> None:
    """Add the rows of this run to bench/results.md; `node` is the version of Node."""
    date, commit, machine = dated()
    rows = []
    for one in compared:
        pairs = zip(*(map(format_figures, one.medians())), strict=True)
        hops, *others = pairs
        cells = [*hops, ratio(one), *chain.from_iterable(others)]
        rows.append([date, commit, f"{machine}, Node {node}", str(one.connections), one.calls, *cells])
    add_rows(HEADER, rows)


def ratio(one: Comparison) -> str:
    """Return how many hops a second Zin answers for one of the peer."""
    zin, peer = one.medians()
    return f"{zin.hops / peer.hops:.2f}"


def format_figures(figures: Figures) -> tuple[str, ...]:
    """Return the figures as text, in the order of HEADINGS."""
    counted = f"{figures.instructions:.0f}" if figures.instructions else "-"
    return f"{figures.hops:.0f}", f"{figures.p50_ms:.1f}", f"{figures.p99_ms:.1f}", f"{figures.cpu_us:.1f}", counted
