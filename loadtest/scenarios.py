"""Draws look-ups from the candidates, with some unknown and some mistyped seats, and the times at which they arrive.

Times follow results day: a rush, then ever fewer for a day, compressed into the length of the load test.

The curve is a Weibull distribution cut off after 24 hours. It is fitted to what is known of BAC 2020: 1 031 673
look-ups in 24 hours for 95 405 candidates (beninwebtv). As a planning hypothesis half of them arrive in the first hour,
and in its first five minutes at four times that hour's rate. Uncompressed, that is 1 275 a second over the first
minute. The curve is unbounded in its first seconds, so a maximum rate limits it: later arrivals are shifted.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field
from random import Random
from typing import Final

from loadtest.answer_parser import ParsedAnswer, expected_answer, unknown_answer
from loadtest.plan import ChannelName, Plan

CHANNELS: tuple[ChannelName, ...] = ("ussd", "sms", "whatsapp", "telegram")  # in the order of a Mix


@dataclass(slots=True)
class LookUp:
    """One look-up: a seat, and its expected answer. `slip` is a first, mistyped input, or ""."""

    channel: ChannelName
    seat: str
    expected: ParsedAnswer = field(repr=False)
    slip: str = ""
    dialled: bool = False


def look_ups(plan: Plan, chance: Random) -> Iterator[LookUp]:
    """Return an endless iterator of look-ups, the same for the same seed. Slow preparation is done before the first
    one.
    """
    return _drawn(plan, {one.seat: expected_answer(one) for one in plan.candidates}, chance)


def _drawn(plan: Plan, answers: Mapping[str, ParsedAnswer], chance: Random) -> Iterator[LookUp]:
    seats, shares = list(answers), astuple(plan.mix)
    while True:
        for channel in chance.choices(CHANNELS, shares, k=1000):
            seat = seats[int(chance.random() * len(seats))]
            drawn = chance.random()
            if drawn < plan.unknown:
                seat = _unknown(seat, answers, chance)
            slip = seat[:2] if drawn > 1 - plan.mistyped else ""
            yield LookUp(
                channel, seat, answers.get(seat) or unknown_answer(), slip, chance.random() < plan.dial_through
            )


def _unknown(like: str, answers: Mapping[str, ParsedAnswer], chance: Random) -> str:
    """Return a seat of the same length that is in no file, or a longer one if all are taken."""
    for _ in range(100):
        seat = "".join(chance.choices("0123456789", k=len(like)))
        if seat not in answers:
            return seat
    return f"{max(answers)}0"


HOURS: Final = 24.0
SHAPE: Final = 0.5338  # below 1: the rush comes first
SCALE: Final = 2.134  # hours


def arrived_share(hours: float) -> float:
    """Return the share of a day's look-ups that arrive within these hours."""
    return _curve(min(max(hours, 0.0), HOURS)) / _curve(HOURS)


def hour_of(part: float) -> float:
    """Return the hour at which this share of look-ups has arrived; the inverse of `arrived_share`."""
    return SCALE * math.pow(-math.log1p(-part * _curve(HOURS)), 1 / SHAPE)


def arrivals(many: int, seconds: float, rate: float, chance: Random) -> array[float]:
    """Return the sorted times of the look-ups in seconds from the start, at most `rate` a second."""
    parts = sorted(chance.random() for _ in range(many))
    times, apart, free = array("d"), 1 / rate, 0.0
    for part in parts:
        due = max(hour_of(part) / HOURS * seconds, free)
        times.append(due)
        free = due + apart
    return times


def _curve(hours: float) -> float:
    return -math.expm1(-math.pow(hours / SCALE, SHAPE))
