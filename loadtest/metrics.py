"""What a rehearsal showed, as figures: how fast, how late, how many of each kind; made from a Tally when it is over.

Latencies are milliseconds from when a hop was due to its answer; rates are look-ups a second, hops where it says so.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from loadtest.attack_counts import Attempts
from loadtest.fake_gateways import FakeGateways
from loadtest.plan import Plan
from loadtest.process_stats import ProcessStats
from loadtest.recorder import WORTHS, ChannelRecord, Recorder, Worth

SLICES: Final = 120  # of time, at most
PEAK: Final = 10.0  # seconds
BOUNDS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)  # milliseconds, of the histogram


@dataclass(frozen=True, slots=True)
class Latency:
    """How long hops took; many is how many there were."""

    many: int = 0
    p50: float = 0.0
    p90: float = 0.0
    p99: float = 0.0
    most: float = 0.0

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Latency:
        """Each is the time within which so many of 100 were answered; the nearest rank, never between two."""
        took = sorted(seconds)
        if not took:
            return cls()
        p50, p90, p99, most = (took[math.ceil(len(took) * share) - 1] * 1000 for share in (0.5, 0.9, 0.99, 1.0))
        return cls(len(took), p50, p90, p99, most)


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """One channel, or all. messages and duplicates came by SMS or WhatsApp, with the times from question to answer."""

    name: str
    asked: int
    worths: Mapping[Worth, int]
    latency: Latency
    messages: Latency = Latency()
    received: int = 0
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of time, at seconds from the start: look-ups asked and ended in one second of it, and its hops."""

    at: float
    asked: float
    ended: float
    latency: Latency


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """One process of the server: MB before and at most, seconds of CPU that it had; gone if it ended meanwhile."""

    pid: int
    memory_before: float
    memory: float
    cpu: float
    gone: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it. began is Unix seconds; behind, in ms, and cpu, a part of one core, are of the rehearsal itself."""

    session: str
    candidates: int
    rate: float
    began: float
    seconds: float
    channels: tuple[ChannelFigures, ...]
    total: ChannelFigures
    best_second: float
    best_ten: float
    hops_best_second: float
    peak: Latency
    slices: tuple[Slice, ...]
    histogram: tuple[int, ...]
    errors: Mapping[str, int]
    wrong_seats: tuple[str, ...]
    processes: tuple[ProcessFigures, ...]
    behind: float
    cpu: float
    messages_read: bool = field(default=False)
    attempts: Attempts | None = None

    @property
    def is_sound(self) -> bool:
        """Whether nobody was told anything wrong, everybody something, and no adversary reached anybody else."""
        answered = not any(self.total.worths[worth] for worth in ("wrong", "error", "missing"))
        return answered and (self.attempts is None or self.attempts.is_harmless)

    @property
    def ended_per_second(self) -> float:
        return (self.total.asked - self.total.worths["missing"]) / self.seconds


def compute_figures(
    plan: Plan, tally: Recorder, mail: FakeGateways, watched: Sequence[ProcessStats], spent: tuple[float, float]
) -> Figures:
    """spent is when the rehearsal began, and the seconds of CPU that it took itself."""
    began, cpu = spent
    all_heard = list(tally.channels.values())
    ended = sorted(at for heard in all_heard for at in heard.ended)
    hops = sorted((due, took) for heard in all_heard for due, took in zip(heard.due, heard.took, strict=True))
    seconds = max(ended[-1] if ended else 0.0, 1e-3)
    _, best_second = _best(ended, 1.0)
    peak_at, best_ten = _best(ended, PEAK)
    first, last = bisect_left(hops, (peak_at - PEAK,)), bisect_left(hops, (peak_at,))
    return Figures(
        session=plan.session,
        candidates=len(plan.candidates),
        rate=plan.rate,
        began=began,
        seconds=seconds,
        channels=tuple(_channel(name, [heard], mail) for name, heard in tally.channels.items() if heard.asked),
        total=_channel("", all_heard, mail),
        best_second=best_second,
        best_ten=best_ten / min(PEAK, seconds),
        hops_best_second=_best(sorted(due + took for due, took in hops), 1.0)[1],
        peak=Latency.of(took for _, took in hops[first:last]),
        slices=tuple(_slices(all_heard, hops, seconds)),
        histogram=_histogram(took for _, took in hops),
        errors=dict(tally.errors.most_common()),
        wrong_seats=tuple(tally.wrong_seats),
        processes=tuple(_process(one) for one in watched),
        behind=tally.behind * 1000,
        cpu=cpu / seconds,
        messages_read=bool(plan.gateway),
    )


def _channel(name: str, every: Sequence[ChannelRecord], mail: FakeGateways) -> ChannelFigures:
    worths = {worth: sum(heard.worths[worth] for heard in every) for worth in WORTHS}
    counted = {one: many for one, many in mail.received.items() if name in ("", one)}
    twice = {one: many for one, many in mail.duplicates.items() if name in ("", one)}
    return ChannelFigures(
        name=name,
        asked=sum(len(heard.asked) for heard in every),
        worths=worths,
        latency=Latency.of(took for heard in every for took in heard.took),
        messages=Latency.of(took for heard in every for took in heard.messages),
        received=sum(counted.values()),
        duplicates=sum(twice.values()),
    )


def _best(times: Sequence[float], seconds: float) -> tuple[float, int]:
    """The end of the stretch of so many seconds with the most times in it, which are in order, and how many."""
    best, until, first = 0, 0.0, 0
    for place, at in enumerate(times):
        while times[first] <= at - seconds:
            first += 1
        if place - first + 1 > best:
            best, until = place - first + 1, at
    return until, best


def _slices(every: Sequence[ChannelRecord], hops: Sequence[tuple[float, float]], seconds: float) -> Iterable[Slice]:
    wide = max(1.0, seconds / SLICES)
    asked = Counter(int(at / wide) for heard in every for at in heard.asked)
    ended = Counter(int(at / wide) for heard in every for at in heard.ended)
    first = 0
    for place in range(math.floor(seconds / wide) + 1):
        last = bisect_left(hops, ((place + 1) * wide,))
        latency = Latency.of(took for _, took in hops[first:last])
        first, lasted = last, min(wide, seconds - place * wide)
        if lasted >= wide / 2 or not place:  # what is cut off at the end says little of a rate
            yield Slice(place * wide, asked[place] / lasted, ended[place] / lasted, latency)


def _histogram(seconds: Iterable[float]) -> tuple[int, ...]:
    """How many took up to each bound and more than the one before; the last is what took more than all."""
    counts = [0] * (len(BOUNDS) + 1)
    for took in seconds:
        counts[bisect_left(BOUNDS, took * 1000)] += 1
    return tuple(counts)


def _process(one: ProcessStats) -> ProcessFigures:
    return ProcessFigures(one.pid, one.memory_before / 1e6, one.memory / 1e6, one.cpu - one.cpu_before, one.gone)
