"""The question after an answer: who is asked and when, what each key does, and that it never costs an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from state.errors import StoreUnavailable
from state.interfaces import Outcome, Reply
from state.session import SUBJECT, Session
from state.store.memory import InMemory
from tests.support.conversation import BOT, Phone, Town
from tests.support.surveyed_town import QUESTION, surveyed_menus, surveyed_town

ASKED = f"{QUESTION}\n1 Oui\n2 En partie\n3 Non\n0 Retour\n00 Accueil"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return surveyed_town(tmp_path)


async def answered(phone: Phone) -> Phone:
    """A phone that shows the price of two fruits."""
    await phone.dial()
    assert (await phone.type("7", "1", "2")).screen == "fruits.shown"
    return phone


async def leaves(phone: Phone, *inputs: str) -> Reply:
    """What a phone shows that types this after an answer, once it left it for the first screen."""
    await answered(phone)
    assert (await phone.type("00")).text == ASKED
    return await phone.type(*inputs)


async def test_who_leaves_an_answer_is_asked_in_place_of_the_next_screen(town: Town) -> None:
    phone = await answered(town.phone())
    asked = await phone.type("00")
    assert (asked.text, asked.screen, asked.ends_session) == (ASKED, "home.helped", False)


@pytest.mark.parametrize(
    ("typed", "screen"),
    [
        ("1", "home.welcome"), ("2", "home.welcome"), ("3", "long.many"), ("Oui", "home.welcome"), ("non", "long.many"),
        ("3.", "long.many"), ("0", "home.welcome"), ("00", "home.welcome"), ("4", "home.welcome"), ("", "home.welcome"),
        ("99", "home.welcome"), ("98", "home.helped"), ("langue", "language.only_one"),
    ],
)  # fmt: skip
async def test_choice_leads_where_it_says_and_any_other_key_where_the_citizen_went(
    town: Town, typed: str, screen: str
) -> None:
    shown = await leaves(town.phone(), typed)
    assert shown.screen == screen
    assert "dans la liste" not in shown.text
    assert "rien tapé" not in shown.text


async def test_other_words_mean_what_they_do_on_the_next_screen(town: Town) -> None:
    assert (await leaves(town.phone(), "secret")).screen == "secret.ask"


async def test_after_the_question_the_call_goes_on_as_always(town: Town) -> None:
    assert (await leaves(town.phone(), "1", "7", "2")).screen == "fruits.many"


async def test_nobody_is_asked_twice_in_a_month(town: Town) -> None:
    phone = town.phone()
    await leaves(phone, "1")
    await answered(phone)
    assert (await phone.type("00")).screen == "home.welcome"
    other = await answered(town.phone("+2290190000002"))
    assert (await other.type("00")).screen == "home.helped"


async def test_who_hangs_up_at_the_question_is_not_asked_again(town: Town) -> None:
    phone = town.phone()
    await leaves(phone, "98")
    assert (await phone.dial()).screen == "home.welcome"
    await answered(phone)
    assert (await phone.type("00")).screen == "home.welcome"


@pytest.mark.parametrize("inputs", [("7", "1"), ("7", "1", "2", "0"), ("2", "sésame"), ("1",)])
async def test_nobody_is_asked_without_an_answer_of_such_a_journey(town: Town, inputs: tuple[str, ...]) -> None:
    phone = town.phone()
    await phone.dial()
    await phone.type(*inputs)
    assert (await phone.type("00")).screen == "home.welcome"


async def test_no_source_no_question(town: Town) -> None:
    town.market.does["fruits.price"] = Outcome("unavailable")
    phone = town.phone()
    await phone.dial()
    assert (await phone.type("7", "1", "2", "00")).screen == "home.welcome"


async def test_who_dialled_the_next_input_already_is_not_asked(town: Town) -> None:
    assert (await town.phone().dial("7*1*2*00*7")).screen == "fruits.which"
    phone = await answered(town.phone("+2290190000002"))
    assert (await phone.type("00 7")).screen == "fruits.which"
    assert (await phone.type("1", "2", "00")).screen == "home.helped"


async def test_store_that_cannot_count_asks_nobody(tmp_path: Path) -> None:
    class Uncounting(InMemory):
        async def increment(self, key: str, life: float) -> int:
            raise StoreUnavailable("made to fail")

    phone = await answered(surveyed_town(tmp_path, Uncounting()).phone())
    assert (await phone.type("00")).screen == "home.welcome"


async def test_only_a_citizen_who_may_be_asked_costs_the_store_a_trip(tmp_path: Path) -> None:
    counted: list[tuple[str, float]] = []

    class Counting(InMemory):
        async def increment(self, key: str, life: float) -> int:
            counted.append((key, life))
            return await super().increment(key, life)

    town = surveyed_town(tmp_path, Counting())
    phone = await answered(town.phone())
    await phone.type("1", "3")
    assert counted == []
    await phone.type("00", "1", "7", "2", "00")
    ((key, life),) = counted
    assert (key.partition(":")[0], life) == ("opinion", 30 * 24 * 3600.0)
    assert "0190000001" not in key


async def test_bot_is_asked_with_buttons_and_an_old_button_is_no_opinion(town: Town) -> None:
    writer = town.writer(room=BOT)
    answer = await writer.write("fruits", "mangue", "2")
    asked = await writer.write("00")
    assert asked.card
    assert asked.card.say == QUESTION
    assert [label for _, label in asked.card.buttons][:3] == ["Oui", "En partie", "Non"]
    assert answer.card
    assert (await writer.press(answer.card.buttons[0][0])).screen == "home.helped"
    assert (await writer.press(next(sends for sends, label in asked.card.buttons if label == "Non"))).screen


@pytest.mark.parametrize(
    ("text", "screen"),
    [("non", "long.many"), ("2", "home.welcome"), ("fruits", "fruits.which"), ("aide", "home.welcome")],
)
async def test_message_is_an_opinion_or_what_it_always_is(town: Town, text: str, screen: str) -> None:
    writer = town.writer(room=BOT)
    assert (await writer.write("fruits", "mangue", "2", "00")).screen == "home.helped"
    assert (await writer.write(text)).screen == screen


async def test_sms_is_never_asked(town: Town) -> None:
    writer = town.writer()
    assert (await writer.write("fruits", "mangue", "2", "00")).screen == "home.welcome"


async def test_question_that_the_menus_no_longer_have_leaves_the_next_screen(town: Town) -> None:
    phone = await answered(town.phone())
    await phone.type("00")
    current = town.menus.current
    menus = {
        code: replace(menu, screens={name: one for name, one in menu.screens.items() if name != "home.helped"})
        for code, menu in current.menus.items()
    }
    town.menus.activate(replace(current, menus=menus))
    assert (await phone.type("7")).screen == "fruits.which"


async def test_cut_call_is_not_resumed_at_the_question(town: Town) -> None:
    phone = await answered(town.phone())
    await phone.type("00")
    town.clock.now += 30
    assert (await phone.dial()).screen == "home.welcome"


def test_menus_with_the_question_are_sound(tmp_path: Path) -> None:
    assert Town(folder=surveyed_menus(tmp_path)).menus.current.menu("fr").surveys == {"fruits": "home.helped"}


def test_subject_of_an_answer_is_no_change_that_a_citizen_waits_for() -> None:
    before, now, other = (Session("a", "v1", "", 1.0, facts=facts) for facts in (
        {"cost": "5"}, {"cost": "5", SUBJECT: "service price"}, {"cost": "6"}
    ))  # fmt: skip
    assert now.facts_digest() == before.facts_digest() != other.facts_digest()
