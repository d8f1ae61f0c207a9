"""Latency in a load test: measured from the planned time, waiting for a connection included."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from loadtest.runner import run_load_test
from tests.support.results_server import CALLS, hush, plan, results_day

pytestmark = pytest.mark.slow


async def test_waiting_for_a_connection_counts_as_latency() -> None:
    """One line, and an answer takes 20 ms: the last of 30 that come at once waits for all before it."""

    async with results_day(slowly(0.02)) as day:
        asked = plan(day, look_ups=30, seconds=0.001, rate=1e6, connections=1, mix=CALLS, dial_through=1)
        figures = await run_load_test(asked, hush)
    assert figures.total.worths["right"] == 30
    assert figures.total.latency.most > 30 * 20 * 0.9
    assert figures.total.latency.p50 > 15 * 20 * 0.9


def slowly(seconds: float) -> Callable[[str], str]:
    def behaves(seat: str) -> str:
        time.sleep(seconds)
        return "right"

    return behaves


async def test_latency_starts_at_the_planned_time() -> None:
    """The first answer stops the very process of the rehearsal for half a second, in which 50 others are due."""
    still = iter([0.5])

    def behaves(seat: str) -> str:
        time.sleep(next(still, 0.0))
        return "right"

    async with results_day(behaves) as day:
        asked = plan(day, look_ups=51, seconds=0.001, rate=100.0, mix=CALLS, dial_through=1, mistyped=0)
        figures = await run_load_test(asked, hush)
    assert figures.total.worths["right"] == 51
    assert figures.total.latency.p50 > 150
    assert figures.behind > 300


async def test_each_hop_has_its_own_latency() -> None:
    """The first of five hops takes a second, which the four after it do not have in theirs."""
    async with results_day() as day:
        day.pause = 1.0
        figures = await run_load_test(plan(day, connections=40, mix=CALLS, dial_through=0, mistyped=0), hush)
    assert figures.total.latency.many == 40 * 5
    assert figures.total.latency.p50 < 1000 <= figures.total.latency.most


async def test_waiting_too_long_for_a_connection_times_out() -> None:
    async with results_day(lambda seat: "late") as day:
        figures = await run_load_test(plan(day, look_ups=20, connections=1, mix=CALLS, patience=0.6), hush)
    assert figures.errors == {"no answer in time": 20}
    assert day.asked["late"] < 20
