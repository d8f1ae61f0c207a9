"""How long citizens take to the first answer: what is timed, from when, and into which bucket it falls."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from analytics.first_answers import HOPS, SECONDS, bucket_of, reached_by
from tests.support.conversation import BOT
from tests.support.database import Registry
from tests.support.usage import Counted
from tests.support.usage_rows import bot_message


async def timed(here: Counted) -> tuple[Mapping[str, int], Mapping[str, int]]:
    return await here.kept("answer_seconds"), await here.kept("answer_hops")


async def test_call_is_timed_from_its_first_hop_to_its_first_goal(registry: Registry) -> None:
    here = Counted(registry.database)
    phone = here.town.phone()
    await phone.dial()
    for typed in ("7", "2", "12"):
        here.town.clock.now += 7
        await phone.type(typed)
    assert await timed(here) == ({"fruits test 30": 1}, {"fruits test 4": 1})
    here.town.clock.now += 7
    await phone.type("00", "3")  # a second goal of the same call
    assert await timed(here) == ({"fruits test 30": 1}, {"fruits test 4": 1})


async def test_dial_through_has_its_answer_at_once(registry: Registry) -> None:
    here = Counted(registry.database)
    await here.town.phone().dial("7*2*12")
    assert await timed(here) == ({"fruits test 5": 1}, {"fruits test 1": 1})


async def test_who_hangs_up_before_an_answer_is_not_timed(registry: Registry) -> None:
    here = Counted(registry.database)
    phone = here.town.phone()
    await phone.dial()
    await phone.type("7", "2")
    assert await timed(here) == ({}, {})


async def test_resumed_call_is_timed_from_the_call_that_was_cut(registry: Registry) -> None:
    here = Counted(registry.database)
    phone = here.town.phone()
    await phone.dial()
    await phone.type("7", "2")
    here.town.clock.now += 100
    await phone.dial()
    await phone.type("1", "12")
    assert await timed(here) == ({"fruits test 120": 1}, {"fruits test 6": 1})


async def test_conversation_is_timed_once_a_day(registry: Registry) -> None:
    here = Counted(registry.database)
    for said in ("fruits", "papaye", "12", "fruits papaye", "12"):
        await here.town.conversation.handle_message(bot_message(here, said, "+2290196000001"), BOT, 60.0)
    assert await timed(here) == ({"fruits bot 5": 1}, {"fruits bot 3": 1})


async def test_clock_put_back_gives_no_negative_time(registry: Registry) -> None:
    here = Counted(registry.database)
    phone = here.town.phone()
    await phone.dial()
    here.town.clock.now -= 40
    await phone.type("7", "2", "12")
    assert await timed(here) == ({"fruits test 5": 1}, {"fruits test 4": 1})


@pytest.mark.parametrize(
    ("value", "bucket"), [(0, "5"), (5, "5"), (5.1, "10"), (3600, "3600"), (3601, "more"), (-1, "5")]
)
def test_bucket_has_its_largest_value(value: float, bucket: str) -> None:
    assert bucket_of(SECONDS, value) == bucket


@pytest.mark.parametrize(
    ("counts", "half", "most"),
    [
        ({}, "", ""),
        ({"3": 1}, "3", "3"),
        ({"1": 5, "9": 4, "20": 1}, "1", "9"),
        ({"2": 1, "more": 9}, "more", "more"),
        ({"30": 1, "2": 1}, "2", "30"),
    ],
)
def test_shares_are_reached_by_a_bucket(counts: Mapping[str, int], half: str, most: str) -> None:
    assert (reached_by(HOPS, counts, 0.5), reached_by(HOPS, counts, 0.9)) == (half, most)
