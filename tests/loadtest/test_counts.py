"""A rehearsal against a server that answers as told: every way of answering is counted as what it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from loadtest.metrics import Figures
from loadtest.plan import Keys, LoadTestImpossible, Mix, Plan
from loadtest.runner import run_load_test
from tests.support.results_server import FILE, free_port, plan, results_day

CALLS = Mix(ussd=1, sms=0, whatsapp=0, telegram=0)


def hush(_: str) -> None:
    """Say nothing."""


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
async def test_an_answer_is_counted_as_what_it_is_worth(way: str, worth: Any, missing: str) -> None:
    async with results_day(lambda seat: way) as day:
        figures = await run_load_test(plan(day, mix=CALLS), hush)
    assert figures.total.asked == 40
    assert figures.total.worths[worth] == 40, figures.total.worths
    assert figures.errors == ({missing: 40} if missing else {})
    assert len(figures.wrong_seats) == (10 if worth == "wrong" else 0)
    assert figures.is_sound == (worth in ("right", "shed"))


async def test_a_seat_with_two_verdicts_is_wrong_and_one_that_is_unknown_has_none() -> None:
    async with results_day(lambda seat: "two verdicts") as day:
        figures = await run_load_test(plan(day, mix=CALLS, unknown=0.5), hush)
    assert figures.total.worths["wrong"] == 40


async def test_ways_are_told_apart_in_one_run() -> None:
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
async def test_slips_and_unknown_seats_are_answered_too(dial_through: float) -> None:
    async with results_day() as day:
        figures = await run_load_test(plan(day, mix=CALLS, dial_through=dial_through, unknown=0.3, mistyped=0.3), hush)
    assert figures.total.worths["right"] == 40
    hops = figures.total.latency.many
    assert (40 < hops < 80) if dial_through else (40 * 5 < hops < 40 * 6)


async def test_an_unknown_seat_that_is_told_a_result_is_wrong() -> None:
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


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loadtest.runner.QUIET", 0.5)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(("way", "worth", "messages"), MESSAGES)
@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
async def test_an_answer_by_message_is_read_at_the_gateway(
    channel: str, way: str, worth: Any, messages: tuple[int, int]
) -> None:
    mix = Mix(**{"ussd": 0.0, "sms": 0.0, "whatsapp": 0.0, "telegram": 0.0, channel: 1.0})
    async with results_day(lambda seat: way) as day:
        day.gateway = free_port()
        figures = await run_load_test(plan(day, mix=mix, gateway=day.gateway, mistyped=0.3), hush)
    (one,) = figures.channels
    assert (one.name, one.worths[worth]) == (channel, 40), one
    assert (one.received, one.duplicates) == messages
    assert one.messages.many == min(one.received, 40)


async def test_without_a_gateway_a_message_is_only_seen_to_be_taken() -> None:
    async with results_day(lambda seat: "never") as day:
        figures = await run_load_test(plan(day, mix=Mix(ussd=0, sms=1, whatsapp=1, telegram=0)), hush)
    assert figures.total.worths["taken"] == 40
    assert figures.is_sound


async def test_telegram_is_read_in_the_response_and_all_channels_have_their_share() -> None:
    mix = Mix(ussd=2, sms=1, whatsapp=0, telegram=1)
    async with results_day() as day:
        figures = await run_load_test(plan(day, look_ups=400, seconds=4.0, rate=200.0, patience=30, mix=mix), hush)
    asked = {one.name: one.asked for one in figures.channels}
    assert list(asked) == ["ussd", "sms", "telegram"]
    assert abs(asked["ussd"] - 200) < 60
    assert figures.total.worths["right"] == asked["ussd"] + asked["telegram"], figures


async def test_who_waits_for_a_line_waits_in_the_figures() -> None:
    """One line, and an answer takes 20 ms: the last of 30 that come at once waits for all before it."""

    async with results_day(slowly(0.02)) as day:
        asked = plan(day, look_ups=30, seconds=0.001, rate=1e6, connections=1, patience=10, mix=CALLS, dial_through=1)
        figures = await run_load_test(asked, hush)
    assert figures.total.worths["right"] == 30
    assert figures.total.latency.most > 30 * 20 * 0.9
    assert figures.total.latency.p50 > 15 * 20 * 0.9


def slowly(seconds: float) -> Callable[[str], str]:
    def behaves(seat: str) -> str:
        time.sleep(seconds)
        return "right"

    return behaves


async def test_who_comes_while_everything_stands_still_waits_from_when_they_came() -> None:
    """The first answer stops the very process of the rehearsal for half a second, in which 50 others are due."""
    still = iter([0.5])

    def behaves(seat: str) -> str:
        time.sleep(next(still, 0.0))
        return "right"

    async with results_day(behaves) as day:
        asked = plan(day, look_ups=51, seconds=0.001, rate=100.0, patience=10, mix=CALLS, dial_through=1, mistyped=0)
        figures = await run_load_test(asked, hush)
    assert figures.total.worths["right"] == 51
    assert figures.total.latency.p50 > 150
    assert figures.behind > 300


async def test_each_screen_of_a_call_has_its_own_time() -> None:
    async with results_day() as day:
        day.pause = 0.05
        figures = await run_load_test(plan(day, connections=40, mix=CALLS, dial_through=0, mistyped=0), hush)
    assert figures.total.latency.many == 40 * 5
    assert 50 <= figures.total.latency.p50 < 100


async def test_who_waits_for_a_line_too_long_goes_away() -> None:
    async with results_day(lambda seat: "late") as day:
        figures = await run_load_test(plan(day, look_ups=20, connections=1, mix=CALLS), hush)
    assert figures.errors == {"no answer in time": 20}
    assert day.asked["late"] < 20


async def test_a_server_that_goes_away_is_an_error_for_each() -> None:
    async with results_day() as day:
        going = asyncio.create_task(run_load_test(plan(day, look_ups=400, rate=400.0, seconds=1.0, mix=CALLS), hush))
        async with asyncio.timeout(30):
            while day.asked["right"] < 20:  # noqa: ASYNC110 - what is waited for happens in the fake server
                await asyncio.sleep(0.01)
    figures: Figures = await going
    assert figures.total.worths["right"] > 0
    assert figures.total.worths["error"] == 400 - figures.total.worths["right"] > 0
    assert set(figures.errors) <= {"connection closed", "no connection", "no answer in time"}


async def test_progress_is_told_in_numbers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loadtest.runner.PROGRESS_SECONDS", 0.1)
    said: list[str] = []
    async with results_day(lambda seat: "another's") as day:
        await run_load_test(plan(day, rate=50.0, mix=CALLS), said.append)
    assert said
    assert all(" fausses, 0 remises à plus tard" in line for line in said)
    assert not any(seat in line for seat in FILE for line in said)


IMPOSSIBLE = [
    ({"address": "https://zin.example"}, "http://127.0.0.1:8080"),
    ({"address": "127.0.0.1:8080"}, "http://127.0.0.1:8080"),
    ({"address": "http://127.0.0.1:99999"}, "http://127.0.0.1:8080"),
    ({"address": "http://127.0.0.1:1"}, "ne prend pas"),
    ({"look_ups": 0}, "plus grands que zéro"),
    ({"rate": 0.0}, "plus grands que zéro"),
    ({"candidates": ()}, "aucun candidat"),
    ({"session": "bts-2026"}, "« bts 2026 »"),
]


@pytest.mark.parametrize(("wrong", "told"), IMPOSSIBLE, ids=[str(one) for one, _ in IMPOSSIBLE])
async def test_what_cannot_be_rehearsed_is_said_before_anything_begins(wrong: dict[str, Any], told: str) -> None:
    async with results_day() as day:
        with pytest.raises(LoadTestImpossible, match=told):
            await run_load_test(replace(plan(day), **wrong), hush)
    assert not day.asked


async def test_a_wrong_secret_and_a_port_in_use_are_said() -> None:
    async with results_day() as day:
        with pytest.raises(LoadTestImpossible, match="adresse et secret"):
            await run_load_test(plan(day, keys=Keys(secret="another")), hush)
        taken = int(day.address.rpartition(":")[2])
        with pytest.raises(LoadTestImpossible, match=f"Le port {taken} n'est pas libre"):
            await run_load_test(plan(day, gateway=taken), hush)


MIXES = [
    ("ussd=80,sms=20", Mix(80, 20, 0, 0)),
    (" telegram=1 ", Mix(0, 0, 0, 1)),
    ("ussd=0", None),
    ("ussd", None),
    ("fax=1", None),
    ("ussd=-1", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "mix"), MIXES)
def test_a_mix_as_it_is_typed(written: str, mix: Mix | None) -> None:
    if mix:
        assert Mix.read(written) == mix
    else:
        with pytest.raises(LoadTestImpossible):
            Mix.read(written)


def test_printing_a_plan_tells_no_secret() -> None:
    keys = Keys("a-secret", "b-secret", "c-secret")
    assert "secret" not in repr(Plan((), keys=keys))
