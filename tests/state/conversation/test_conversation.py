"""One conversation, hop by hop: what is heard once, twice, late, at once, from the middle, after a cut call."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from state.interfaces import Inbound, Outcome
from state.menu.versions import MenuVersion
from state.store.memory import InMemory
from tests.support.conversation import SMALL, USSD, Town, edition

HOME = "Bienvenue\n1 Fruits"


@pytest.fixture
def town() -> Town:
    return Town()


async def test_a_call_goes_from_screen_to_screen(town: Town) -> None:
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


async def test_the_same_hop_twice_is_answered_with_the_same_bytes_and_asked_once(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    first = await phone.type("7", "1", "5")
    asked = len(town.market.asked)
    town.market.does["fruits.price"] = Outcome("unavailable")
    assert [await phone.post(phone.text) for _ in range(3)] == [first] * 3
    assert len(town.market.asked) == asked


async def test_the_same_hop_at_once_has_one_effect(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    await phone.type("7", "1")
    town.market.seconds = 0.01
    replies = await asyncio.gather(*(phone.post("7*1*5") for _ in range(10)))
    assert len(set(replies)) == 1
    assert (await phone.type("5", "0")).text.startswith("Mangue : combien ?")


async def test_a_session_start_sent_twice_is_one_start(town: Town) -> None:
    phone = town.phone()
    assert await phone.dial() == await phone.post("")


@pytest.mark.parametrize(
    "steps", [("7", "1", "12"), ("7", "2", "3", "0"), ("2", "98", "11"), ("2", "98", "98"), ("3",)]
)
async def test_inputs_dialled_at_once_land_where_they_land_one_by_one(town: Town, steps: tuple[str, ...]) -> None:
    slow, quick = town.phone("+2290190000001"), town.phone("+2290190000002")
    await slow.dial()
    one_by_one = await slow.type(*steps)
    assert await quick.dial("*".join(steps)) == one_by_one


async def test_dialled_inputs_are_heard_as_far_as_they_fit(town: Town) -> None:
    reply = await town.phone().dial("7*9*1*1")
    assert reply.text.startswith("Ce numéro n'est pas dans la liste.\nQuel fruit ?")


async def test_a_number_typed_on_any_page_counts(town: Town) -> None:
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


MISHEARD = ["9", "", " ", "*", "#", "1*1", "x" * 200, "😀", "-1", "1.5", "²", "١", "{name}", "%s", "98"]


@pytest.mark.parametrize("typed", MISHEARD)
async def test_what_means_nothing_shows_the_screen_again(town: Town, typed: str) -> None:
    phone = town.phone()
    await phone.dial()
    await phone.type("7")
    reply = await phone.type(typed)
    notice, _, screen = reply.text.partition("\n")
    assert notice in ("Ce numéro n'est pas dans la liste.", "Vous n'avez rien tapé.")
    assert screen.startswith("Quel fruit ?\n1 Mangue")
    assert (await phone.type("1")).text.startswith("Mangue : combien ?")


async def test_a_question_says_what_it_waits_for(town: Town) -> None:
    reply = await town.phone().dial("7*1*beaucoup")
    assert reply.text.startswith("Un nombre.\nMangue : combien ?")


async def test_a_text_that_does_not_go_on_from_the_last_shows_the_screen_again(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    screen = await phone.type("7", "1")
    for odd in ("7", "", "7*2", "8*1", "7*11"):
        assert await phone.post(odd) == screen
    assert "5 000 F" in (await phone.post("7*11*5")).text


async def test_an_earlier_hop_that_comes_late_changes_nothing(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    screen = await phone.type("7", "1")
    assert await phone.post("7") == screen
    assert "5 000 F" in (await phone.type("5")).text


async def test_no_outcome_leaves_a_citizen_without_a_screen(town: Town) -> None:
    phone = town.phone()
    await phone.dial("7*1")
    town.market.does["fruits.price"] = Outcome("unavailable")
    assert (await phone.type("5")).text.startswith("Le marché est fermé.")
    town.market.does["fruits.price"] = Outcome("nobody knows this outcome")
    assert (await phone.type("1")).text.startswith("Le marché est fermé.")
    del town.market.does["fruits.price"]
    assert "5 000 F" in (await phone.type("1")).text


async def test_a_list_without_rows_or_without_a_source_leads_to_its_screens(town: Town) -> None:
    town.market.does["fruits.all"] = Outcome("unknown")
    assert (await town.phone().dial("7")).text.startswith("Pas de fruit.")
    town.market.does["fruits.all"] = Outcome("late")
    assert (await town.phone("+2290190000002").dial("7")).text.startswith("Rien pour le moment")


async def test_who_calls_back_can_carry_on(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    cut_off = await phone.type("7", "1")
    town.clock.now += 500
    offer = await phone.dial()
    assert offer.text == "Votre appel a été coupé. Voulez-vous continuer ?\n1 Continuer\n2 Accueil"
    assert (await phone.type("5")).text.startswith("Ce numéro n'est pas dans la liste.\n1 Continuer")
    assert await phone.type("1") == cut_off
    assert "5 000 F" in (await phone.type("5")).text


async def test_who_calls_back_can_start_again(town: Town) -> None:
    phone = town.phone()
    await phone.dial("7*1")
    await phone.dial()
    assert (await phone.type("2")).text.startswith("Bienvenue")
    assert (await phone.type("2")).text.startswith("Choisissez")


@pytest.mark.parametrize(("dialled", "later"), [("3", 5), ("7*1", 700), ("1*sésame", 5), ("", 5)],
                         ids=["over", "too late", "private", "at the start"])  # fmt: skip
async def test_nothing_is_offered_after(town: Town, dialled: str, later: float) -> None:
    phone = town.phone()
    await phone.dial(dialled)
    town.clock.now += later
    assert (await phone.dial()).text.startswith("Bienvenue")


async def test_a_call_that_was_silent_too_long_begins_anew(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    await phone.type("7", "1")
    town.clock.now += 181
    assert (await phone.type("5")).text.startswith("5 Mangue : 5 000 F")


async def test_a_private_screen_is_gone_when_the_call_is(town: Town) -> None:
    phone = town.phone()
    assert "le baobab" in (await phone.dial("1*sésame")).text
    assert "baobab" not in (await phone.dial()).text


async def test_an_open_session_stays_on_the_menu_it_began_on(town: Town, tmp_path: Path) -> None:
    old, new = town.phone("+2290190000001"), town.phone("+2290190000002")
    await old.dial("7")
    town.menus.activate(changed(town, tmp_path))
    assert (await new.dial("7")).text.startswith("Quel beau fruit ?")
    assert (await old.type("1", "0")).text.startswith("Quel fruit ?")


async def test_a_session_whose_menu_is_gone_goes_on_where_the_screen_is_still_there(town: Town, tmp_path: Path) -> None:
    phone, lost = town.phone("+2290190000001"), town.phone("+2290190000002")
    await phone.dial("7*1")
    await lost.dial("2*3")
    town.menus.activate(changed(town, tmp_path))
    town.menus._replaced.clear()
    assert "5 000 F" in (await phone.type("5")).text
    reply = await lost.type("1")
    assert reply.text.startswith("Le menu a changé, nous reprenons au début.\nBienvenue")


def changed(town: Town, folder: Path) -> MenuVersion:
    """The small menu with another text, and without its long list."""
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    (folder / "long.yaml").unlink()
    for file, old, new in (
        ("fruits.yaml", "Quel fruit", "Quel beau fruit"),
        ("home.yaml", "      - {label: Longue liste, to: long}\n", ""),
    ):
        written = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(written.replace(old, new), encoding="utf-8")
    return edition(folder, town.market.questions)


async def test_a_record_that_cannot_be_read_is_a_new_session(town: Town) -> None:
    phone = town.phone()
    await phone.dial("7")
    assert isinstance(town.store, InMemory)
    key = next(iter(town.store.entries))
    for odd in (b"{", b"[]", b'{"screen": "x"}', b"\xff"):
        assert await town.store.compare_and_set(key, await town.store.get(key), odd, 60)
        assert (await phone.dial()).text.startswith("Bienvenue")


async def test_fifty_callers_each_get_their_own_answer(town: Town) -> None:
    town.market.seconds = 0.005

    async def call(number: int) -> str:
        await asyncio.sleep(number / 1000)
        phone = town.phone(f"+22901900000{number:02}")
        await phone.dial()
        return (await phone.type("7", "1", str(number))).text

    replies = await asyncio.gather(*(call(number) for number in range(1, 51)))
    assert [reply.split(" ")[0] for reply in replies] == [str(number) for number in range(1, 51)]


async def test_a_gateway_of_single_inputs_can_send_the_same_input_twice_in_a_call(town: Town) -> None:
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
