"""Who asks for what, drawn from the candidates: some ask for a seat that nobody has, some mistype it first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field
from random import Random

from rehearsal.plan import ChannelName, Plan
from rehearsal.reading import Told, of, unknown

CHANNELS: tuple[ChannelName, ...] = ("ussd", "sms", "whatsapp", "telegram")  # in the order of a Mix


@dataclass(slots=True)
class LookUp:
    """One look-up: a seat, and what the file says of it. slip is what is typed first by mistake, "" for nothing."""

    channel: ChannelName
    seat: str
    told: Told = field(repr=False)
    slip: str = ""
    dialled: bool = False


def look_ups(plan: Plan, chance: Random) -> Iterator[LookUp]:
    """The look-ups of a rehearsal, without end, the same for a seed. What takes long is done before the first one."""
    return _drawn(plan, {one.seat: of(one) for one in plan.candidates}, chance)


def _drawn(plan: Plan, told: Mapping[str, Told], chance: Random) -> Iterator[LookUp]:
    seats, shares = list(told), astuple(plan.mix)
    while True:
        for channel in chance.choices(CHANNELS, shares, k=1000):
            seat = seats[int(chance.random() * len(seats))]
            drawn = chance.random()
            if drawn < plan.unknown:
                seat = _unknown(seat, told, chance)
            slip = seat[:2] if drawn > 1 - plan.mistyped else ""
            yield LookUp(channel, seat, told.get(seat) or unknown(), slip, chance.random() < plan.dial_through)


def _unknown(like: str, told: Mapping[str, Told], chance: Random) -> str:
    """A seat as long as that one, which is in no file: another with figures, or one more figure where all are taken."""
    for _ in range(100):
        seat = "".join(chance.choices("0123456789", k=len(like)))
        if seat not in told:
            return seat
    return f"{max(told)}0"
