"""The language of a call: offered once, on every channel, and changed by one word anywhere."""

from __future__ import annotations

import pytest

from state.text.encoding import in_gsm, septets, utf16_units
from tests.support.conversation import SMALL_LOCALES, Town
from tests.support.language_choice import CHOICE, chosen


@pytest.fixture
def town() -> Town:
    return Town(locales=SMALL_LOCALES)


async def test_first_call_offers_languages_by_their_own_names(town: Town) -> None:
    phone = town.phone()
    assert (await phone.dial()).text == CHOICE
    assert (await phone.type("2")).text.startswith("O weh\n1 Secret")
    assert (await phone.type("7")).text.startswith("Fo ?\n1 Mangue\n2 Papaye\n0 Bo\n00 Ho")


async def test_dial_through_without_language_is_in_french(town: Town) -> None:
    phone = town.phone()
    text = (await phone.dial("7")).text
    assert text.startswith("Quel fruit ?\nOke, Dur, Ska : tapez LANGUE\n1 Mangue")
    assert "LANGUE" in (await phone.type("9")).text  # it stays as long as the screen does
    assert "LANGUE" not in (await phone.type("1")).text
    assert town.preferences.stored == {}
    town.clock.now += 700
    assert (await phone.dial()).text == CHOICE  # nothing was chosen yet


async def test_dial_through_uses_the_stored_language(town: Town) -> None:
    phone = await chosen(town, "2")
    assert (await phone.dial("7")).text.startswith("Fo ?\n1 Mangue")
    assert (await phone.dial("7*1")).text.startswith("no Mangue ?")


@pytest.mark.parametrize("word", ["LANGUE", "langue", " Langue "])
async def test_language_keyword_works_on_every_screen(town: Town, word: str) -> None:
    phone = await chosen(town, "1")
    for steps, there in [((), "O we"), (("7",), "Fo ?"), (("7", "1"), "no Mangue ?"), (("1",), "Le code ?")]:
        town.clock.now += 700
        await phone.dial()
        for typed in steps:
            await phone.type(typed)
        assert (await phone.type(word)).text.startswith("Langue ?")
        assert (await phone.type(word)).text.startswith("Langue ?")
        assert (await phone.type("2")).text.startswith(there)
        await phone.type(word, "1")


async def test_dialled_code_can_choose_languages_in_turn(town: Town) -> None:
    phone = await chosen(town, "1")
    assert (await phone.dial("7*LANGUE*2*LANGUE*1")).text.startswith("Quel fruit ?")
    assert (await phone.dial("7*LANGUE*1*LANGUE*2")).text.startswith("Fo ?")


async def test_back_and_home_leave_the_language_list(town: Town) -> None:
    phone = await chosen(town, "1")
    await phone.dial("7*1")
    assert (await phone.type("LANGUE", "0")).text.startswith("Mangue : combien ?")
    assert (await phone.type("LANGUE", "00")).text.startswith("Bienvenue")
    assert (await phone.type("0")).text.startswith("Bienvenue")


async def test_answers_survive_a_change_of_language(town: Town) -> None:
    phone = await chosen(town, "1")
    await phone.dial("7*1*3")
    assert (await phone.type("LANGUE", "2")).text.startswith("3 Mangue : 3 000 F, le 5 mars 2026")
    assert [asked for asked, _ in town.market.asked].count("fruits.price") == 1


async def test_list_has_the_same_numbers_after_language_choice(town: Town) -> None:
    phone = await chosen(town, "1")
    await phone.dial("7")
    await phone.type("LANGUE", "2")
    assert (await phone.type("2")).text.startswith("no Papaye ?")


async def test_resume_offer_uses_the_language_of_the_call(town: Town) -> None:
    phone = await chosen(town, "2")
    await phone.dial("7")
    assert (await phone.dial()).text == "Ko ?\n1 Continuer\n2 Accueil"
    assert (await phone.type("LANGUE")).text.startswith("Langue ?")
    assert (await phone.type("1")).text.startswith("Quel fruit ?")


async def test_single_language_is_not_offered() -> None:
    phone = Town().phone()
    assert (await phone.dial()).text.startswith("Bienvenue\n1 Secret")
    assert (await phone.type("LANGUE")).text.startswith("Une seule langue.")
    assert "LANGUE" not in (await phone.dial("7")).text


async def test_language_with_own_letters_has_eighty_characters(town: Town) -> None:
    phone = await chosen(town, "3")
    for typed in ("", "7", "0", "2", "98", "98"):
        reply = await (phone.type(typed) if typed else phone.dial())
        assert utf16_units(f"CON {reply.text}") <= 80
        if not in_gsm(reply.text):
            continue
        assert septets(f"CON {reply.text}") <= 182
    assert (await phone.dial("7")).text.startswith("Ŵat ?")
    assert (await phone.dial("7*1")).text == "Mangue : combien ?\n0 Ƀak\n00 Accueil"
