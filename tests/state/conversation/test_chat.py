"""One chat, message by message: what opens a journey, what is an answer, what is said to who writes anything else."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from state.interfaces import Card, Outcome
from state.preferences import Preference
from tests.support.conversation import BOT, SMALL, TONGUES, Town, Writer, edition

CHATTY = Path(__file__).parents[2] / "data" / "chatty"
HOME = "Bienvenue\n1 Secret\n2 Longue liste\n3 Trouver\n4 Aide\n5 Au revoir"
LOST = "Je n'ai pas compris. Choisissez un numéro, ou écrivez un mot :"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small menu as messages need it."""
    shutil.copytree(SMALL, tmp_path / "menus")
    shutil.copytree(CHATTY, tmp_path / "menus", dirs_exist_ok=True)
    return tmp_path / "menus"


@pytest.fixture
def town(folder: Path) -> Town:
    return Town(folder=folder)


@pytest.fixture
def writer(town: Town) -> Writer:
    return town.writer()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("mangue 12", "12 Mangue : 12 000 F, le 5 mars 2026"),
        ("MANGUE12", "12 Mangue : 12 000 F, le 5 mars 2026"),
        ("Mangue : 12", "12 Mangue : 12 000 F, le 5 mars 2026"),
        ("mangue", "Mangue : combien ?"),
        ("prix papaye 3", "3 Papaye : 3 000 F, le 5 mars 2026"),
        ("prix des fruits", "Quel fruit ?\n1 Mangue\n2 Papaye"),
        ("mangue beaucoup", "Un nombre.\nMangue : combien ?"),
        ("fruits papaye", "Papaye : combien ?"),
        ("secret sésame", "Le secret : le baobab"),
        ("secret 0", "Le code ?"),
        ("trouver", "Comment chercher ?"),
        ("find mangue", "Mangue, bon appétit"),
        ("papaye", "Papaye, bon appétit"),
        ("papayé !", "Papaye, bon appétit"),
        ("prix trouver", "Comment chercher ?"),
        ("xyz", HOME),
        ("bonjour", HOME),
        ("", HOME),
        ("1", HOME),
        ("aide", "Comment faire\n1 Accueil"),
        ("AIDE", "Comment faire\n1 Accueil"),
        ("langue", "Une seule langue.\n1 Accueil"),
    ],
)
async def test_a_first_message_opens_what_it_says(writer: Writer, written: str, shown: str) -> None:
    assert (await writer.write(written)).text.startswith(shown)


async def test_a_chat_goes_on_by_numbers_names_and_answers(writer: Writer) -> None:
    assert (await writer.write("bonjour")).text == HOME
    assert (await writer.write("longue liste")).text.startswith("Choisissez\n1 Fruit numéro 1\n")
    assert (await writer.write("Fruit numéro 12")).text.startswith("Choisi : Fruit numéro 12")
    assert (await writer.write("0")).text.startswith("Choisissez")
    assert (await writer.write("00")).text == HOME
    bye = await writer.write("5")
    assert (bye.text, bye.ends_session) == ("Au revoir", True)
    assert (await writer.write("merci")).text == HOME


async def test_a_word_opens_its_journey_from_everywhere(writer: Writer) -> None:
    await writer.write("secret")
    assert (await writer.write("mangue 2")).text.startswith("2 Mangue")
    assert (await writer.write("secret sésame")).text.startswith("Le secret")


async def test_several_suggestions_are_chosen_by_number_or_name(town: Town, writer: Writer) -> None:
    town.market.does["services.search"] = Outcome(
        "found", rows=({"id": "m", "name": "Mangue"}, {"id": "p", "name": "Papaye"})
    )
    await writer.write("bonjour")
    offered = "Voulez-vous dire :\n1 Mangue\n2 Papaye\n0 Retour\n00 Accueil"
    assert (await writer.write("kaki")).text == offered
    assert (await writer.write("2")).text.startswith("Papaye, bon appétit")
    assert (await writer.write("kaki")).text == offered
    assert (await writer.write("papayé")).text.startswith("Papaye, bon appétit")
    assert (await writer.write("kaki")).text == offered
    assert (await writer.write("0")).text.startswith("Papaye, bon appétit")
    assert (await writer.write("kaki")).text == offered
    assert (await writer.write("00")).text == HOME


async def test_nobody_is_told_twice_in_a_row_that_nothing_was_understood(writer: Writer) -> None:
    await writer.write("mangue 3")
    assert (await writer.write("xyz")).text.startswith(f"{LOST}\n3 Mangue")
    assert (await writer.write("xyz")).text == HOME
    assert (await writer.write("xyz")).text == HOME
    assert (await writer.write("4")).text.startswith("Comment faire")
    assert (await writer.write("9")).text.startswith("Ce numéro n'est pas dans la liste.\nComment faire")
    assert (await writer.write("9")).text == HOME


async def test_who_misses_the_form_of_an_answer_is_told_it_once_then_helped(writer: Writer) -> None:
    await writer.write("mangue")
    assert (await writer.write("beaucoup")).text.startswith("Un nombre.\nMangue : combien ?")
    assert (await writer.write("papaye")).text.startswith("Papaye, bon appétit")


async def test_a_picture_is_answered_in_words(writer: Writer) -> None:
    await writer.write("mangue 3")
    assert (await writer.write("")).text.startswith("Je ne lis que les mots.")
    await writer.write("secret sésame")
    assert "baobab" not in (await writer.write("")).text


async def test_what_is_private_is_not_shown_again_unasked(writer: Writer) -> None:
    assert "baobab" in (await writer.write("secret sésame")).text
    for unclear in ("xyz", "9", "", "langue", "bonjour", "aide"):
        assert "baobab" not in (await writer.write(unclear)).text
        assert "baobab" not in (await writer.write("0")).text
        assert "baobab" in (await writer.write("secret sésame")).text
    assert "toujours" in (await writer.write("2")).text
    assert "baobab" in (await writer.write("1")).text  # « Revenir » asks for it


async def test_a_chat_lasts_a_day(town: Town, writer: Writer) -> None:
    await writer.write("mangue")
    town.clock.now += 24 * 3600
    assert (await writer.write("3")).text.startswith("3 Mangue")
    town.clock.now += 24 * 3600 + 1
    assert (await writer.write("3")).text == HOME


async def test_a_message_that_comes_again_is_answered_alike_and_heard_once(town: Town, writer: Writer) -> None:
    await writer.write("mangue")
    message = writer.message("3")
    first = await writer.send(message)
    asked = len(town.market.asked)
    assert [await writer.send(message) for _ in range(3)] == [first] * 3
    await writer.write("1")
    assert await writer.send(message) is None  # others were answered since
    assert len(town.market.asked) == asked


async def test_a_message_brought_several_times_at_once_has_one_effect(town: Town, writer: Writer) -> None:
    await writer.write("mangue")
    town.market.seconds = 0.01
    message = writer.message("3")
    replies = await asyncio.gather(*(writer.send(message) for _ in range(10)))
    assert len(set(replies)) == 1
    assert (await writer.write("1")).text.startswith("Mangue : combien ?")


async def test_messages_of_one_citizen_at_once_are_all_heard(writer: Writer) -> None:
    await writer.write("bonjour")
    messages = [writer.message("find mangue") for _ in range(5)]
    replies = await asyncio.gather(*(writer.send(one) for one in messages))
    assert {reply and reply.text.split("\n")[0] for reply in replies} == {"Mangue, bon appétit"}


async def test_stop_is_kept_and_answered_once(town: Town, writer: Writer) -> None:
    stopped = await writer.write("STOP")
    assert (stopped.text, stopped.ends_session) == (
        "C'est noté : nous ne vous écrirons plus, sauf pour répondre à vos messages.",
        True,
    )
    assert [who.address for who in town.post.stopped] == ["+2290190000001"]
    assert (await writer.write("mangue")).text.startswith("Mangue")
    town.post.down = True
    assert (await writer.write("stop")).text.startswith("Le service ne peut pas répondre")


async def test_a_wish_is_posted_once_however_often_its_message_comes(town: Town, writer: Writer) -> None:
    await writer.write("mangue 12")
    message = writer.message("2")
    replies = await asyncio.gather(*(writer.send(message) for _ in range(5)))
    assert {reply and reply.text.split("\n")[0] for reply in replies} == {"C'est noté."}
    ((to, words),) = town.post.sent.values()
    assert (to.address, words) == ("+2290190000001", "Prix de 12 Mangue : 12 000 F")


async def test_a_bot_is_sent_the_words_for_chat(town: Town) -> None:
    writer = town.writer(room=BOT)
    await writer.write("mangue 12", "2")
    ((to, words),) = town.post.sent.values()
    assert (to.gateway, words) == ("bot", "*12 000 F* pour 12 Mangue")


async def test_what_was_found_is_promised_with_what_it_needs_and_no_more(town: Town, writer: Writer) -> None:
    await writer.write("mangue 12", "3")
    town.market.does["fruits.price"] = Outcome("unavailable")
    await writer.write("mangue 7", "2")
    changes, answer = town.post.promised.values()
    assert (changes.kind, changes.screen, changes.answers) == ("changes", "fruits.price", {"fruit": "m", "many": "12"})
    assert (answer.kind, answer.answers, answer.seen) == ("answer", {"fruit": "m", "many": "7"}, "")
    assert (changes.shown, len(changes.seen)) == ({"fruit": "Mangue", "many": "12"}, 24)


@pytest.mark.parametrize(("says", "refusal"), [("stopped", "Vous avez demandé"), ("enough", "Trop de messages")])
async def test_who_can_get_no_message_is_told_so_where_it_was_asked(town: Town, says: str, refusal: str) -> None:
    town.post.result = says  # type: ignore[assignment]
    phone, writer = town.phone(), town.writer()
    await phone.dial("7*1*12")
    assert (await phone.type("2")).text.startswith(refusal)
    await writer.write("mangue 12")
    assert (await writer.write("2")).text.startswith(refusal)
    town.post.result, town.post.down = "kept", True
    assert (await phone.type("2")).text.startswith("Le message ne peut pas partir")


async def test_a_lost_call_that_is_heard_again_sends_no_second_message(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    await phone.type("7", "1", "12", "2")
    await town.store.close()  # everything that Valkey knew is gone
    assert (await phone.post(phone.text)).text.startswith("C'est noté.")
    assert (await phone.type("1")).text.startswith("Quel fruit ?")
    assert len(town.post.sent) == 1


async def test_a_button_means_what_it_says_on_the_answer_that_had_it(town: Town) -> None:
    writer = town.writer(room=BOT)
    home = await writer.write("bonjour")
    assert home.card
    assert home.card.say == "Bienvenue"
    sends = {label: sends for sends, label in home.card.buttons}
    assert list(sends) == ["Secret", "Longue liste", "Trouver", "Aide", "Au revoir"]
    assert all(len(one.encode()) <= 16 for one in sends.values())
    listed = await writer.press(sends["Longue liste"])
    assert listed.text.startswith("Choisissez\n1 Fruit numéro 1\n")
    assert (await writer.press(sends["Secret"])).text == listed.text  # an old button: nothing moves
    await writer.write("secret sésame")
    assert "baobab" not in (await writer.press(sends["Secret"])).text


async def test_a_bot_s_pages_have_room_for_its_buttons(town: Town) -> None:
    writer = town.writer(room=BOT)
    first = await writer.write("long")
    assert first.card == Card("Choisissez", first.card.buttons if first.card else ())
    labels = [label for _, label in first.card.buttons]
    assert labels == [*(f"Fruit numéro {number}" for number in range(1, 8)), "Suite", "Retour", "Accueil"]
    second = await writer.press(first.card.buttons[7][0])
    assert (second.page, second.pages) == (2, 5)
    assert second.card
    assert second.card.buttons[0][1] == "Fruit numéro 8"
    assert (await writer.press(second.card.buttons[0][0])).text.startswith("Choisi : Fruit numéro 8")


async def test_who_writes_for_the_first_time_chooses_a_language_unless_something_is_asked(folder: Path) -> None:
    town = Town(folder=folder, locales=TONGUES)
    newcomer, asker = town.writer("+2290190000001"), town.writer("+2290190000002")
    assert (await newcomer.write("bonjour")).text.startswith("Langue ?\n1 Français")
    assert (await newcomer.write("1")).text.startswith("Bienvenue")
    assert (await newcomer.write("mangue")).text.startswith("Mangue : combien ?")
    answered = await asker.write("mangue 3")
    assert "tapez LANGUE" in answered.text
    assert "tapez LANGUE" not in (await asker.write("1")).text
    assert (await asker.write("langue")).text.startswith("Langue ?")
    assert "Mangue" in (await asker.write("2")).text  # the screen that was left, in the other language
    assert set(town.preferences.stored.values()) == {Preference("fr"), Preference("aa")}


async def test_an_open_chat_keeps_its_menu(town: Town, folder: Path, writer: Writer) -> None:
    await writer.write("mangue")
    changed = folder / "fruits.yaml"
    changed.write_text(changed.read_text().replace("combien ?", "combien de kilos ?"))
    town.menus.activate(edition(folder, town.market.questions))
    assert (await writer.write("abc")).text.startswith("Un nombre.\nMangue : combien ?")
    assert (await writer.write("00", "mangue")).text.startswith("Mangue : combien ?")
    assert (await town.writer("+2290190000002").write("mangue")).text.startswith("Mangue : combien de kilos ?")


async def test_who_guesses_in_a_chat_is_held_back_and_can_go_on_with_anything_else(writer: Writer) -> None:
    for letter in "abcdefghij":
        assert (await writer.write(f"secret faux{letter}")).text.startswith("Mauvais code.")
    held = await writer.write("secret vrai")
    assert (held.text.startswith("Trop de mauvaises réponses"), held.ends_session) == (True, False)
    assert (await writer.write("mangue")).text.startswith("Mangue : combien ?")


async def test_one_message_tries_one_answer_whatever_else_it_says(town: Town, writer: Writer) -> None:
    answered = await writer.write("secret faux autre encore faux")
    assert answered.text.startswith("Mauvais code.")
    assert [answers["code"] for _, answers in town.market.asked] == ["faux"]
