"""The metrics of prometheus_client as OTLP has them: the same names without `_total`, the same labels and values.

A collector or a Prometheus that takes OTLP adds `_total` to a sum again, so that rules and dashboards hold for both.
Source: opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from prometheus_client import CollectorRegistry
from prometheus_client import Metric as Family

SCOPE: Final = InstrumentationScope("zin")
CUMULATIVE: Final = AggregationTemporality.CUMULATIVE
Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """From when the counters count, and now, in Unix nanoseconds."""

    started: int
    now: int


def metrics_data(registries: Iterable[CollectorRegistry], resource: Resource, interval: Interval) -> MetricsData:
    """Return all metrics of these registries, as they are now."""
    families = [family for registry in registries for family in registry.collect()]
    metrics = [
        Metric(family.name.removesuffix("_total"), family.documentation, "", _data(family, interval))
        for family in families
        if family.samples
    ]
    return MetricsData([ResourceMetrics(resource, [ScopeMetrics(SCOPE, metrics, "")], "")])


def _data(family: Family, interval: Interval) -> Sum | Gauge | Histogram:
    if family.type == "histogram":
        return Histogram([*_histograms(family, interval)], CUMULATIVE)
    if family.type == "counter":
        return Sum(_numbers(family, "_total", interval), CUMULATIVE, is_monotonic=True)
    return Gauge(_numbers(family, "", interval))


def _numbers(family: Family, ending: str, interval: Interval) -> Sequence[NumberDataPoint]:
    """Return the values of a counter or gauge, without the samples that say when it was made."""
    name = family.name.removesuffix(ending) + ending if ending else family.name
    return [
        NumberDataPoint(one.labels, interval.started, interval.now, one.value)
        for one in family.samples
        if one.name == name
    ]


def _histograms(family: Family, interval: Interval) -> Iterator[HistogramDataPoint]:
    buckets: dict[Labels, dict[float, float]] = defaultdict(dict)
    sums: dict[Labels, float] = {}
    for one in family.samples:
        labels = tuple(sorted((name, value) for name, value in one.labels.items() if name != "le"))
        if one.name.endswith("_bucket"):
            buckets[labels][float(one.labels["le"])] = one.value
        elif one.name.endswith("_sum"):
            sums[labels] = one.value
    for labels, upto in buckets.items():
        bounds = sorted(upto)
        counts = [round(upto[bounds[0]]), *(round(upto[more] - upto[less]) for less, more in pairwise(bounds))]
        yield _histogram(dict(labels), interval, (bounds[:-1], counts), sums[labels])


def _histogram(
    labels: dict[str, str], interval: Interval, buckets: tuple[list[float], list[int]], total: float
) -> HistogramDataPoint:
    """Return one histogram: the bounds between its buckets, without the last one's, and how many each counted."""
    bounds, counts = buckets
    many = sum(counts)
    unknown: Any = None  # least and greatest value: the encoder leaves them out
    return HistogramDataPoint(labels, interval.started, interval.now, many, total, counts, bounds, unknown, unknown)
