"""The language of a call: offered once, kept for the next calls and on every channel, changed by one word anywhere."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from state.errors import StoreUnavailable
from state.interfaces import Inbound
from state.preferences import Preference
from state.store.interface import Entry
from state.text.encoding import in_gsm, septets, utf16_units
from tests.support.conversation import TONGUES, USSD, Phone, Town

CHOICE = "Langue ?\n1 Francais\n2 Oke\n3 Dur\n4 Ska\n0 Retour\n00 Accueil"


@pytest.fixture
def town() -> Town:
    return Town(locales=TONGUES)


async def test_first_call_offers_languages_by_their_own_names(town: Town) -> None:
    phone = town.phone()
    assert (await phone.dial()).text == CHOICE
    assert (await phone.type("2")).text.startswith("O weh\n1 Secret")
    assert (await phone.type("7")).text.startswith("Fo ?\n1 Mangue\n2 Papaye\n0 Bo\n00 Ho")


async def test_language_is_stored_for_one_phone(town: Town) -> None:
    await (phone := town.phone()).dial()
    await phone.type("2")
    town.clock.now += 700
    assert (await phone.dial()).text.startswith("O we")
    assert (await town.phone("+2290190000002").dial()).text == CHOICE


async def test_language_is_shared_by_channels_of_a_phone(town: Town) -> None:
    async def first(channel: str, citizen: str) -> str:
        inbound = Inbound(channel, citizen, "s1", "", inputs_are_cumulative=True)
        return (await town.conversation.handle(inbound, USSD)).text

    phone = town.phone("+2290190000001")
    await phone.dial()
    await phone.type("2")
    assert (await first("sms", "+2290190000001")).startswith("O we")
    assert await first("telegram", "2290190000001") == CHOICE  # an id that looks like a phone is none
    assert sorted(one.language for one in town.preferences.stored.values()) == ["", "aa"]


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


async def test_replayed_call_begins_with_the_language_choice(town: Town) -> None:
    """Valkey lost the session: the gateway sends all inputs, the first of which was a language and not a journey."""
    phone = town.phone()
    await phone.dial()
    await phone.type("2", "7")
    town.store.entries.clear()  # type: ignore[attr-defined]
    assert (await phone.type("1")).text.startswith("no Mangue ?")
    town.clock.now += 700
    await phone.dial("7")  # a later call has no choice among its inputs
    town.store.entries.clear()  # type: ignore[attr-defined]
    assert (await phone.type("1")).text.startswith("no Mangue ?")


async def test_lost_call_takes_first_input_as_language(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    town.store.entries.clear()  # type: ignore[attr-defined]
    assert (await phone.type("2")).text.startswith("O weh")
    town.store.entries.clear()  # type: ignore[attr-defined]
    assert (await phone.type("7")).text.startswith("Fo ?")
    town.clock.now += 700
    other = town.phone("+2290190000002")
    await other.dial()  # and hangs up without choosing
    town.clock.now += 700
    assert (await other.dial("7")).text.startswith("Quel fruit ?")
    town.clock.now += 700
    assert (await other.dial()).text == CHOICE


async def test_resume_offer_uses_the_language_of_the_call(town: Town) -> None:
    phone = await chosen(town, "2")
    await phone.dial("7")
    assert (await phone.dial()).text == "Ko ?\n1 Continuer\n2 Accueil"
    assert (await phone.type("LANGUE")).text.startswith("Langue ?")
    assert (await phone.type("1")).text.startswith("Quel fruit ?")


async def test_preferences_that_are_down_stop_nobody(town: Town) -> None:
    town.preferences.down = True
    phone = town.phone()
    with capture_logs() as logs:
        assert (await phone.dial()).text.startswith("Bienvenue\nOke, Dur, Ska : tapez LANGUE\n1 Secret")
        assert (await phone.type("LANGUE", "2")).text.startswith("O we")
        assert (await phone.type("7")).text.startswith("Fo ?")
    assert [line["event"] for line in logs] == ["language not known"]
    assert "90000001" not in str(logs)
    town.clock.now += 700
    assert (await phone.dial()).text.startswith("O we"), "the store has the choice"


async def test_language_survives_a_store_that_is_emptied(town: Town) -> None:
    phone = await chosen(town, "2")
    town.store.entries.clear()  # type: ignore[attr-defined]
    assert (await phone.dial()).text.startswith("O we")


async def test_language_is_known_before_sql_has_it(town: Town) -> None:
    phone = await chosen(town, "2")
    town.preferences.stored.clear()
    assert (await phone.dial()).text.startswith("O we")
    town.clock.now += 700
    assert (await phone.dial("7")).text.startswith("Fo ?")


async def test_language_of_a_hop_that_loses_its_race_is_stored_nowhere(town: Town) -> None:
    phone, save = town.phone(), town.store.compare_and_set
    await phone.dial()
    before = dict(town.preferences.stored)

    async def lose(key: str, was: bytes, now: bytes, life: float, *beside: Entry) -> bool:
        return await save(key, b"another", now, life, *beside)

    town.store.compare_and_set = lose  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable, match="races"):
        await phone.type("2")
    town.store.compare_and_set = save  # type: ignore[method-assign]
    assert town.preferences.stored == before
    town.clock.now += 700
    assert (await phone.dial()).text == CHOICE


async def test_withdrawn_language_is_chosen_again(town: Town) -> None:
    phone = await chosen(town, "2")
    town.store.entries.clear()  # type: ignore[attr-defined]
    for citizen in town.preferences.stored:
        town.preferences.stored[citizen] = Preference("dd")
    assert (await phone.dial()).text == CHOICE


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


async def chosen(town: Town, number: str) -> Phone:
    """A phone whose citizen chose this language some time ago."""
    phone = town.phone()
    await phone.dial()
    await phone.type(number)
    town.clock.now += 700
    return phone
