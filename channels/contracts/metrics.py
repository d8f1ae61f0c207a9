"""Where a door counts what comes through it: in the figures that machines look at, or nowhere, for a trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from prometheus_client import Counter, Histogram

HOPS = Histogram(
    "zin_hop_seconds",
    "Time from a hop read to its answer, by how it was answered",
    ["channel", "how"],
    buckets=(0.005, 0.025, 0.1, 0.25, 1, 3, 5, 10),
)
CALLS = Counter("zin_calls_ended_total", "Calls that a gateway reported as ended, by how", ["channel", "status"])
TURNED_AWAY = Counter("zin_turned_away_total", "Requests refused at the door", ["channel", "why"])


class NullMetric:
    """Stands in for a figure that nobody counts."""

    def labels(self, *_: str) -> NullMetric:
        return self

    def inc(self) -> None:
        """Not counted."""

    def observe(self, _: float) -> None:
        """Not counted."""


@dataclass(frozen=True, slots=True)
class WebhookMetrics:
    """The figures of one door."""

    hops: Histogram | NullMetric
    calls: Counter | NullMetric
    turned_away: Counter | NullMetric


LIVE_METRICS: Final = WebhookMetrics(HOPS, CALLS, TURNED_AWAY)
UNMETERED: Final = WebhookMetrics(NullMetric(), NullMetric(), NullMetric())
