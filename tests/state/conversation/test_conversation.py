"""One call, input by input: its screens, inputs dialled at once, mistakes and outcomes of look-ups."""

from __future__ import annotations

import asyncio

import pytest

from state.interfaces import Outcome
from tests.support.conversation import Town

HOME = "Bienvenue\n1 Fruits"


async def test_call_follows_its_choices(town: Town) -> None:
    phone = town.phone()
    assert (await phone.dial()).text == "Bienvenue\n1 Secret\n2 Longue liste\n3 Au revoir\n7 Fruits"
    assert (await phone.type("7")).text == "Quel fruit ?\n1 Mangue\n2 Papaye\n0 Retour\n00 Accueil"
    assert (await phone.type("2")).text == "Papaye : combien ?\n0 Retour\n00 Accueil"
    reply = await phone.type("12")
    assert reply.text == "12 Papaye : 12 000 F, le 5 mars 2026\n1 Autre nombre\n0 Retour\n00 Accueil"
    assert not reply.ends_session
    assert (await phone.type("0")).text.startswith("Papaye : combien ?")
    assert (await phone.type("00")).text.startswith("Bienvenue")
    bye = await phone.type("3")
    assert (bye.text, bye.ends_session) == ("Au revoir", True)


@pytest.mark.parametrize(
    "steps", [("7", "1", "12"), ("7", "2", "3", "0"), ("2", "98", "11"), ("2", "98", "98"), ("3",)]
)
async def test_dialled_inputs_equal_typed_inputs(town: Town, steps: tuple[str, ...]) -> None:
    slow, quick = town.phone("+2290190000001"), town.phone("+2290190000002")
    await slow.dial()
    one_by_one = await slow.type(*steps)
    assert await quick.dial("*".join(steps)) == one_by_one


async def test_dialled_inputs_stop_at_the_first_mistake(town: Town) -> None:
    reply = await town.phone().dial("7*9*1*1")
    assert reply.text.startswith("Ce numéro n'est pas dans la liste.\nQuel fruit ?")


async def test_options_of_other_pages_can_be_chosen(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    first = await phone.type("2")
    assert "98 Suite" in first.text
    assert "30 Fruit" not in first.text
    second = await phone.type("98")
    assert second.text != first.text
    assert (await phone.type("0")).text == first.text
    assert (await phone.type("30")).text.startswith("Choisi : Fruit numéro 30")
    assert (await phone.type("0", "98", "2")).text.startswith("Choisi : Fruit numéro 2\n")


MISHEARD = ["9", "", " ", "*", "#", "x" * 200, "😀", "1.5", "1,5", "²", "①", "{name}", "%s", "98"]


@pytest.mark.parametrize("typed", MISHEARD)
async def test_invalid_input_shows_the_screen_again(town: Town, typed: str) -> None:
    phone = town.phone()
    await phone.dial()
    await phone.type("7")
    reply = await phone.type(typed)
    notice, _, screen = reply.text.partition("\n")
    nothing = "Rien trouvé. Tapez un autre mot, ou un numéro."
    assert notice in ("Ce numéro n'est pas dans la liste.", "Vous n'avez rien tapé.", nothing)
    assert screen.startswith("Quel fruit ?\n1 Mangue")
    assert (await phone.type("1")).text.startswith("Mangue : combien ?")


async def test_invalid_answer_shows_the_expected_form(town: Town) -> None:
    reply = await town.phone().dial("7*1*beaucoup")
    assert reply.text.startswith("Un nombre.\nMangue : combien ?")


async def test_every_outcome_leads_to_a_screen(town: Town) -> None:
    phone = town.phone()
    await phone.dial("7*1")
    town.market.does["fruits.price"] = Outcome("unavailable")
    assert (await phone.type("5")).text.startswith("Le marché est fermé.")
    town.market.does["fruits.price"] = Outcome("nobody knows this outcome")
    assert (await phone.type("1")).text.startswith("Le marché est fermé.")
    del town.market.does["fruits.price"]
    assert "5 000 F" in (await phone.type("1")).text


async def test_empty_or_unavailable_list_leads_to_its_screen(town: Town) -> None:
    town.market.does["fruits.all"] = Outcome("unknown")
    assert (await town.phone().dial("7")).text.startswith("Pas de fruit.")
    town.market.does["fruits.all"] = Outcome("late")
    assert (await town.phone("+2290190000002").dial("7")).text.startswith("Rien pour le moment")


async def test_fifty_callers_each_get_their_own_answer(town: Town) -> None:
    town.market.seconds = 0.005

    async def call(number: int) -> str:
        await asyncio.sleep(number / 1000)
        phone = town.phone(f"+22901900000{number:02}")
        await phone.dial()
        return (await phone.type("7", "1", str(number))).text

    replies = await asyncio.gather(*(call(number) for number in range(1, 51)))
    assert [reply.split(" ")[0] for reply in replies] == [str(number) for number in range(1, 51)]
