"""Counts of a load test: every kind of answer and message counts as what it is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bench.processes import free_port
from loadtest.metrics import Figures
from loadtest.plan import Mix
from loadtest.runner import run_load_test
from tests.support.patience import PATIENCE
from tests.support.results_server import CALLS, FILE, hush, plan, results_day

pytestmark = pytest.mark.slow

WAYS = [  # how every seat is answered   what that is worth   what was missing
    ("right", "right", ""),
    ("right, and hangs up", "right", ""),
    ("another's", "wrong", ""),
    ("of a longer seat", "wrong", ""),
    ("of no seat", "wrong", ""),
    ("not a screen", "wrong", ""),
    ("full", "shed", ""),
    ("full, politely", "shed", ""),
    ("500", "error", "status 500"),
    ("403", "error", "status 403"),
    ("late", "error", "no answer in time"),
    ("closes", "error", "connection closed"),
    ("stops half way", "error", "connection closed"),
    ("says no length", "error", "connection closed"),
]


@pytest.mark.parametrize(("way", "worth", "missing"), WAYS)
async def test_answers_are_counted_by_kind(way: str, worth: Any, missing: str) -> None:
    patience = 0.6 if way == "late" else PATIENCE
    async with results_day(lambda seat: way) as day:
        figures = await run_load_test(plan(day, mix=CALLS, patience=patience), hush)
    assert figures.total.asked == 40
    assert figures.total.worths[worth] == 40, figures.total.worths
    assert figures.errors == ({missing: 40} if missing else {})
    assert len(figures.wrong_seats) == (10 if worth == "wrong" else 0)
    assert figures.is_sound == (worth in ("right", "shed"))


async def test_two_verdicts_are_a_wrong_answer() -> None:
    async with results_day(lambda seat: "two verdicts") as day:
        figures = await run_load_test(plan(day, mix=CALLS, unknown=0.5), hush)
    assert figures.total.worths["wrong"] == 40


async def test_kinds_of_answers_are_separated_in_one_run() -> None:
    ways = ("right", "another's", "full", "500", "right")

    async with results_day(lambda seat: ways[int(seat) % len(ways)]) as day:
        figures = await run_load_test(plan(day, look_ups=300, mix=CALLS), hush)
    worths = figures.total.worths
    seen = (worths["right"], worths["wrong"], worths["shed"], worths["error"])
    assert seen == (day.asked["right"], day.asked["another's"], day.asked["full"], day.asked["500"])
    assert sum(seen) == 300
    assert min(seen) > 0
    assert set(figures.wrong_seats) <= {seat for seat in FILE if ways[int(seat) % len(ways)] == "another's"}


@pytest.mark.parametrize("dial_through", [0.0, 1.0])
async def test_mistyped_and_unknown_seats_get_right_answers(dial_through: float) -> None:
    async with results_day() as day:
        figures = await run_load_test(plan(day, mix=CALLS, dial_through=dial_through, unknown=0.3, mistyped=0.3), hush)
    assert figures.total.worths["right"] == 40
    hops = figures.total.latency.many
    assert (40 < hops < 80) if dial_through else (40 * 5 < hops < 40 * 6)


async def test_result_for_an_unknown_seat_is_wrong() -> None:
    async with results_day(lambda seat: "right" if seat in FILE else "another's") as day:
        figures = await run_load_test(plan(day, mix=CALLS, look_ups=200, unknown=0.3), hush)
    assert figures.total.worths["wrong"] == day.asked["another's"] > 0
    assert not set(figures.wrong_seats) & set(FILE)


MESSAGES = [  # how every seat is answered   what that is worth   messages, and how many of them were one too many
    ("right", "right", (40, 0)),
    ("twice", "right", (80, 40)),
    ("wrong", "wrong", (40, 0)),
    ("full", "shed", (40, 0)),
    ("never", "missing", (0, 0)),
]


@pytest.mark.parametrize(("way", "worth", "messages"), MESSAGES)
@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
async def test_message_answers_are_read_at_the_gateway(
    channel: str, way: str, worth: Any, messages: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loadtest.runner.QUIET", 0.5 if way == "never" else PATIENCE)
    mix = Mix(**{"ussd": 0.0, "sms": 0.0, "whatsapp": 0.0, "telegram": 0.0, channel: 1.0})
    async with results_day(lambda seat: way) as day:
        day.gateway = free_port()
        figures = await run_load_test(plan(day, mix=mix, gateway=day.gateway, mistyped=0.3), hush)
    (one,) = figures.channels
    assert (one.name, one.worths[worth]) == (channel, 40), one
    assert (one.received, one.duplicates) == messages
    assert one.messages.many == min(one.received, 40)


async def test_messages_without_gateway_count_as_taken() -> None:
    async with results_day(lambda seat: "never") as day:
        figures = await run_load_test(plan(day, mix=Mix(ussd=0, sms=1, whatsapp=1, telegram=0)), hush)
    assert figures.total.worths["taken"] == 40
    assert figures.is_sound


async def test_channels_have_their_shares() -> None:
    mix = Mix(ussd=2, sms=1, whatsapp=0, telegram=1)
    async with results_day() as day:
        figures = await run_load_test(plan(day, look_ups=400, seconds=4.0, rate=200.0, mix=mix), hush)
    asked = {one.name: one.asked for one in figures.channels}
    assert list(asked) == ["ussd", "sms", "telegram"]
    assert abs(asked["ussd"] - 200) < 60
    assert figures.total.worths["right"] == asked["ussd"] + asked["telegram"], figures


async def test_stopped_server_is_an_error_for_each() -> None:
    async with results_day() as day:
        going = asyncio.create_task(run_load_test(plan(day, look_ups=400, rate=400.0, seconds=1.0, mix=CALLS), hush))
        async with asyncio.timeout(PATIENCE):
            while day.asked["right"] < 20:  # noqa: ASYNC110 - what is waited for happens in the fake server
                await asyncio.sleep(0.01)
    figures: Figures = await going
    assert figures.total.worths["right"] > 0
    assert figures.total.worths["error"] == 400 - figures.total.worths["right"] > 0
    assert set(figures.errors) <= {"connection closed", "no connection", "no answer in time"}


async def test_progress_lines_contain_numbers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loadtest.runner.PROGRESS_SECONDS", 0.1)
    lines: list[str] = []
    async with results_day(lambda seat: "another's") as day:
        await run_load_test(plan(day, rate=50.0, mix=CALLS), lines.append)
    assert lines
    assert all(" fausses, 0 remises à plus tard" in line for line in lines)
    assert not any(seat in line for seat in FILE for line in lines)
