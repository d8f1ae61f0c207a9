"""Hops of a call that come twice, at the same time, late or out of order."""

from __future__ import annotations

import asyncio

from state.interfaces import Inbound, Outcome
from tests.support.conversation import USSD, Town


async def test_repeated_hop_gets_the_same_bytes(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    first = await phone.type("7", "1", "5")
    asked = len(town.market.asked)
    town.market.does["fruits.price"] = Outcome("unavailable")
    assert [await phone.post(phone.text) for _ in range(3)] == [first] * 3
    assert len(town.market.asked) == asked


async def test_simultaneous_copies_of_a_hop_have_one_effect(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    await phone.type("7", "1")
    town.market.seconds = 0.01
    replies = await asyncio.gather(*(phone.post("7*1*5") for _ in range(10)))
    assert len(set(replies)) == 1
    assert (await phone.type("5", "0")).text.startswith("Mangue : combien ?")


async def test_repeated_session_start_is_one_start(town: Town) -> None:
    phone = town.phone()
    assert await phone.dial() == await phone.post("")


async def test_unrelated_text_shows_the_screen_again(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    screen = await phone.type("7", "1")
    for odd in ("7", "", "7*2", "8*1", "7*11"):
        assert await phone.post(odd) == screen
    assert "5 000 F" in (await phone.post("7*11*5")).text


async def test_late_hop_changes_nothing(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    screen = await phone.type("7", "1")
    assert await phone.post("7") == screen
    assert "5 000 F" in (await phone.type("5")).text


async def test_single_input_gateway_can_repeat_an_input(town: Town) -> None:
    async def send(text: str, *, joined: bool = False) -> str:
        inbound = Inbound("single", "+2290190000001", "s1", text, inputs_are_cumulative=joined)
        town.clock.now += 2
        return (await town.conversation.handle(inbound, USSD)).text

    await send("", joined=True)
    assert (await send("7")).startswith("Quel fruit ?")
    assert (await send("1")).startswith("Mangue : combien ?")
    assert (await send("1")).startswith("1 Mangue : 1 000 F")
    town.clock.now -= 1.5  # the gateway's own second try comes sooner than anybody reads
    assert (await send("1")).startswith("1 Mangue : 1 000 F")
    assert (await send("1")).startswith("Mangue : combien ?")
