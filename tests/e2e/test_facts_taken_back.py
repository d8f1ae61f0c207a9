"""What a citizen read is looked up again before it is shown or sent once more: it may have been taken back."""

from __future__ import annotations

import pytest

from state.interfaces import Outcome
from tests.support.conversation import BOT, SECRET_QUESTION, SMS, Town, Writer

ADMITTED = Outcome("found", {"secret": "Admis(e)"}, basis=4)
GONE = Outcome("unknown")
CORRECTED = Outcome("found", {"secret": "Refusé(e)"}, basis=9)


@pytest.fixture
def town() -> Town:
    town = Town()
    town.market.does[SECRET_QUESTION] = ADMITTED
    return town


def asked(town: Town) -> int:
    return sum(question == SECRET_QUESTION for question, _ in town.market.asked)


@pytest.mark.parametrize(("now", "said"), [(GONE, "Mauvais code."), (CORRECTED, "Refusé(e)")])
async def test_call_shows_the_corrected_fact(town: Town, now: Outcome, said: str) -> None:
    phone = town.phone()
    assert "Admis(e)" in (await phone.dial("1*abc")).text
    assert "Admis(e)" in (await phone.type("7")).text  # that is no option: the screen is shown again
    town.market.does[SECRET_QUESTION] = now
    reply = await phone.type("7")
    assert said in reply.text
    assert "Admis(e)" not in reply.text


@pytest.mark.parametrize("now", [GONE, CORRECTED])
async def test_repeated_hop_shows_no_withdrawn_fact(town: Town, now: Outcome) -> None:
    phone = town.phone()
    first = await phone.dial("1*abc")
    assert await phone.post(phone.text) == first
    town.market.does[SECRET_QUESTION] = now
    again = await phone.post(phone.text)
    assert "Admis(e)" not in again.text
    assert await phone.post(phone.text) == again


@pytest.mark.parametrize("room", [SMS, BOT], ids=["sms", "bot"])
async def test_repeated_message_shows_no_withdrawn_fact(town: Town, room: object) -> None:
    writer = Writer(town, "+2290190000001", SMS if room is SMS else BOT)
    inbound = writer.message("secret abc")
    first = await writer.send(inbound)
    assert first
    assert ("Admis(e)" in first.text, first.basis) == (True, 4)
    assert await writer.send(inbound) == first
    town.market.does[SECRET_QUESTION] = GONE
    again = await writer.send(inbound)
    assert again
    assert ("Admis(e)" in again.text, again.basis) == (False, 0)


async def test_fact_without_basis_is_asked_once(town: Town) -> None:
    town.market.does[SECRET_QUESTION] = Outcome("found", {"secret": "Admis(e)"})
    phone = town.phone()
    await phone.dial("1*abc")
    for _ in range(3):
        await phone.type("7")
    assert asked(town) == 1


async def test_failing_source_hides_facts_with_basis(town: Town) -> None:
    phone = town.phone()
    await phone.dial("1*abc")
    town.market.does[SECRET_QUESTION] = Outcome("unavailable")
    assert "Admis(e)" not in (await phone.type("7")).text
