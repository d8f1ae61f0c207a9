"""Metrics of a load test, computed from a Recorder at its end.

Latencies are milliseconds from the time when a hop was due to its answer. Rates are look-ups a second, or hops where
noted.
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
from loadtest.latency import NO_HOPS, Latency
from loadtest.plan import Plan
from loadtest.process_stats import ProcessStats
from loadtest.recorder import WORTHS, ChannelRecord, Recorder, Worth

SLICES: Final = 120  # maximum number of time slices
PEAK: Final = 10.0  # seconds of the busiest period
BOUNDS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)  # milliseconds, of the histogram


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """Metrics of one channel, or of all. `messages` are latencies of answers by SMS or WhatsApp."""

    name: str
    asked: int
    worths: Mapping[Worth, int]
    latency: Latency
    messages: Latency = NO_HOPS
    received: int = 0
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class Slice:
    """One time slice, `at` seconds from the start: look-ups asked and ended a second, and the latency of hops."""

    at: float
    asked: float
    ended: float
    latency: Latency


@dataclass(frozen=True, slots=True)
class Busiest:
    """The busiest second and ten seconds: look-ups ended a second, hops a second, and the latency of the latter."""

    second: float
    ten_seconds: float
    hops_in_second: float
    latency: Latency


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """One process of the server: MB before and at most, CPU seconds, and whether it ended during the test."""

    pid: int
    memory_before: float
    memory: float
    cpu: float
    gone: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """All metrics. `began` is Unix seconds; `behind` (ms) and `cpu` (part of one core) are those of the load test
    itself.
    """

    session: str
    candidates: int
    rate: float
    began: float
    seconds: float
    channels: tuple[ChannelFigures, ...]
    total: ChannelFigures
    busiest: Busiest
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
        """Whether there were no wrong and no missing answers, and the adversary had no effect on others."""
        answered = not any(self.total.worths[worth] for worth in ("wrong", "error", "missing"))
        return answered and (self.attempts is None or self.attempts.is_harmless)

    @property
    def ended_per_second(self) -> float:
        """Look-ups that ended a second."""
        return (self.total.asked - self.total.worths["missing"]) / self.seconds


def compute_figures(
    plan: Plan, tally: Recorder, mail: FakeGateways, watched: Sequence[ProcessStats], spent: tuple[float, float]
) -> Figures:
    """Compute all metrics; `spent` has the start in Unix seconds and the CPU seconds of the load test itself."""
    began, cpu = spent
    records = list(tally.channels.values())
    ended = sorted(at for record in records for at in record.ended)
    hops = sorted((due, took) for record in records for due, took in zip(record.due, record.took, strict=True))
    seconds = max(ended[-1] if ended else 0.0, 1e-3)
    return Figures(
        session=plan.session,
        candidates=len(plan.candidates),
        rate=plan.rate,
        began=began,
        seconds=seconds,
        channels=tuple(_channel(name, [record], mail) for name, record in tally.channels.items() if record.asked),
        total=_channel("", records, mail),
        busiest=_busiest(ended, hops, seconds),
        slices=tuple(_slices(records, hops, seconds)),
        histogram=_histogram(took for _, took in hops),
        errors=dict(tally.errors.most_common()),
        wrong_seats=tuple(tally.wrong_seats),
        processes=tuple(_process(one) for one in watched),
        behind=tally.behind * 1000,
        cpu=cpu / seconds,
        messages_read=bool(plan.gateway),
    )


def _channel(name: str, every: Sequence[ChannelRecord], mail: FakeGateways) -> ChannelFigures:
    worths = {worth: sum(record.worths[worth] for record in every) for worth in WORTHS}
    counted = {one: many for one, many in mail.received.items() if name in ("", one)}
    twice = {one: many for one, many in mail.duplicates.items() if name in ("", one)}
    return ChannelFigures(
        name=name,
        asked=sum(len(record.asked) for record in every),
        worths=worths,
        latency=Latency.of(took for record in every for took in record.took),
        messages=Latency.of(took for record in every for took in record.messages),
        received=sum(counted.values()),
        duplicates=sum(twice.values()),
    )


def _busiest(ended: Sequence[float], hops: Sequence[tuple[float, float]], seconds: float) -> Busiest:
    until, most = _most_within(ended, PEAK)
    first, last = bisect_left(hops, (until - PEAK,)), bisect_left(hops, (until,))
    return Busiest(
        second=_most_within(ended, 1.0)[1],
        ten_seconds=most / min(PEAK, seconds),
        hops_in_second=_most_within(sorted(due + took for due, took in hops), 1.0)[1],
        latency=Latency.of(took for _, took in hops[first:last]),
    )


def _most_within(times: Sequence[float], seconds: float) -> tuple[float, int]:
    """Return the end of the period of this length with most of the sorted times, and their number."""
    best, until, first = 0, 0.0, 0
    for place, at in enumerate(times):
        while times[first] <= at - seconds:
            first += 1
        if place - first + 1 > best:
            best, until = place - first + 1, at
    return until, best


def _slices(every: Sequence[ChannelRecord], hops: Sequence[tuple[float, float]], seconds: float) -> Iterable[Slice]:
    wide = max(1.0, seconds / SLICES)
    asked = Counter(int(at / wide) for record in every for at in record.asked)
    ended = Counter(int(at / wide) for record in every for at in record.ended)
    first = 0
    for place in range(math.floor(seconds / wide) + 1):
        last = bisect_left(hops, ((place + 1) * wide,))
        latency = Latency.of(took for _, took in hops[first:last])
        first, lasted = last, min(wide, seconds - place * wide)
        if lasted >= wide / 2 or not place:  # a short rest at the end gives no useful rate
            yield Slice(place * wide, asked[place] / lasted, ended[place] / lasted, latency)


def _histogram(seconds: Iterable[float]) -> tuple[int, ...]:
    """Count values between bounds; the last count is for values above all bounds."""
    counts = [0] * (len(BOUNDS) + 1)
    for took in seconds:
        counts[bisect_left(BOUNDS, took * 1000)] += 1
    return tuple(counts)


def _process(one: ProcessStats) -> ProcessFigures:
    return ProcessFigures(one.pid, one.memory_before / 1e6, one.memory / 1e6, one.cpu - one.cpu_before, one.gone)
