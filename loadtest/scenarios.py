"""Who asks for what, drawn from the candidates: some ask for a seat that nobody has, some mistype it first.

When citizens ask on results day: a rush, then less and less for a day; pressed into the length of a rehearsal.

The day is a Weibull curve cut off after 24 hours. It was fitted to what is known of BAC 2020: 1 031 673 look-ups in 24
hours for 95 405 candidates (beninwebtv), of which, as a planning hypothesis, half come in the first hour, and in its
first five minutes at four times that hour's rate. Uncompressed, that is 1 275 a second over the first minute. The very
first seconds of such a curve have no bound, so a rate bounds them: who comes above it comes as soon as there is room.
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
    """One look-up: a seat, and what the file says of it. slip is what is typed first by mistake, "" for nothing."""

    channel: ChannelName
    seat: str
    expected: ParsedAnswer = field(repr=False)
    slip: str = ""
    dialled: bool = False


def look_ups(plan: Plan, chance: Random) -> Iterator[LookUp]:
    """The look-ups of a rehearsal, without end, the same for a seed. What takes long is done before the first one."""
    return _drawn(plan, {one.seat: expected_answer(one) for one in plan.candidates}, chance)


def _drawn(plan: Plan, told: Mapping[str, ParsedAnswer], chance: Random) -> Iterator[LookUp]:
    seats, shares = list(told), astuple(plan.mix)
    while True:
        for channel in chance.choices(CHANNELS, shares, k=1000):
            seat = seats[int(chance.random() * len(seats))]
            drawn = chance.random()
            if drawn < plan.unknown:
                seat = _unknown(seat, told, chance)
            slip = seat[:2] if drawn > 1 - plan.mistyped else ""
            yield LookUp(channel, seat, told.get(seat) or unknown_answer(), slip, chance.random() < plan.dial_through)


def _unknown(like: str, told: Mapping[str, ParsedAnswer], chance: Random) -> str:
    """A seat as long as that one, which is in no file: another with figures, or one more figure where all are taken."""
    for _ in range(100):
        seat = "".join(chance.choices("0123456789", k=len(like)))
        if seat not in told:
            return seat
    return f"{max(told)}0"


HOURS: Final = 24.0
SHAPE: Final = 0.5338  # below 1: the rush comes first
SCALE: Final = 2.134  # hours


def arrived_share(hours: float) -> float:
    """The part of a day's look-ups that came within so many hours of the publication."""
    return _curve(min(max(hours, 0.0), HOURS)) / _curve(HOURS)


def hour_of(part: float) -> float:
    """The hour by which this part of a day's look-ups came; what share() turns round."""
    return SCALE * math.pow(-math.log1p(-part * _curve(HOURS)), 1 / SHAPE)


def arrivals(many: int, seconds: float, rate: float, chance: Random) -> array[float]:
    """When each of so many look-ups is asked, in seconds from the start, in order, never more than rate a second."""
    parts = sorted(chance.random() for _ in range(many))
    times, apart, free = array("d"), 1 / rate, 0.0
    for part in parts:
        due = max(hour_of(part) / HOURS * seconds, free)
        times.append(due)
        free = due + apart
    return times


def _curve(hours: float) -> float:
    return -math.expm1(-math.pow(hours / SCALE, SHAPE))
