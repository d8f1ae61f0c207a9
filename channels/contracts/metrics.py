"""The Prometheus metrics of a webhook; in a trial they are replaced by metrics that count nothing."""

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
    """A metric that counts nothing."""

    def labels(self, *_: str) -> NullMetric:
        """Return this metric, whatever the labels are."""
        return self

    def inc(self) -> None:
        """Do nothing."""

    def observe(self, _: float) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class WebhookMetrics:
    """The metrics of one webhook."""

    hops: Histogram | NullMetric
    calls: Counter | NullMetric
    turned_away: Counter | NullMetric


LIVE_METRICS: Final = WebhookMetrics(HOPS, CALLS, TURNED_AWAY)
UNMETERED: Final = WebhookMetrics(NullMetric(), NullMetric(), NullMetric())
