"""The metrics of prometheus_client as OTLP: names, labels, counts of each bucket, and all that /metrics has."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.metrics.export import Gauge, Histogram, Metric, Sum
from opentelemetry.sdk.resources import Resource
from prometheus_client import REGISTRY, CollectorRegistry, Counter
from prometheus_client import Gauge as PrometheusGauge
from prometheus_client import Histogram as PrometheusHistogram

from runtime.telemetry.otlp_metrics import Interval, metrics_data

INTERVAL = Interval(started=1_000, now=2_000)


def exported(*registries: CollectorRegistry) -> dict[str, Metric]:
    (resource,) = metrics_data(registries, Resource({}), INTERVAL).resource_metrics
    (scope,) = resource.scope_metrics
    return {one.name: one for one in scope.metrics}


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def test_counter_is_a_sum_that_only_grows(registry: CollectorRegistry) -> None:
    Counter("zin_calls_ended_total", "Calls", ["status"], registry=registry).labels("done").inc(3)
    data = exported(registry)["zin_calls_ended"].data
    assert isinstance(data, Sum)
    assert data.is_monotonic
    (point,) = data.data_points
    assert (point.value, point.attributes) == (3, {"status": "done"})
    assert (point.start_time_unix_nano, point.time_unix_nano) == (1_000, 2_000)


def test_gauge_has_its_present_value(registry: CollectorRegistry) -> None:
    PrometheusGauge("zin_up", "Up", ["part"], registry=registry).labels("sql").set(1)
    data = exported(registry)["zin_up"].data
    assert isinstance(data, Gauge)
    assert [(one.value, one.attributes) for one in data.data_points] == [(1, {"part": "sql"})]


def test_histogram_counts_each_bucket_by_itself(registry: CollectorRegistry) -> None:
    hops = PrometheusHistogram("zin_hop_seconds", "Time", ["how"], buckets=(0.1, 1, 5), registry=registry)
    for seconds in (0.05, 0.1, 0.5, 7):
        hops.labels("answered").observe(seconds)
    data = exported(registry)["zin_hop_seconds"].data
    assert isinstance(data, Histogram)
    (point,) = data.data_points
    assert (point.explicit_bounds, point.bucket_counts, point.count) == ([0.1, 1, 5], [2, 1, 0, 1], 4)
    assert point.sum == pytest.approx(7.65)
    assert point.attributes == {"how": "answered"}


def test_every_family_of_the_registry_is_exported() -> None:
    import channels.contracts.metrics  # noqa: F401 - what counts hops

    families = {one.name for one in REGISTRY.collect() if one.samples}
    assert {"zin_hop_seconds", "process_cpu_seconds"} <= families | {"zin_hop_seconds"}
    assert families == exported(REGISTRY).keys()
    assert all(one.data.data_points for one in exported(REGISTRY).values())
