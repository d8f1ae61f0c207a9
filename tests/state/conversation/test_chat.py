"""One chat, message by message: words, numbers and names that lead on, misunderstanding, privacy and time."""

from __future__ import annotations

from pathlib import Path

import pytest

from state.interfaces import Outcome
from state.preferences import Preference
from tests.support.conversation import SMALL_LOCALES, Town, Writer, edition

HOME = "Bienvenue\n1 Secret\n2 Longue liste\n3 Trouver\n4 Aide\n5 Au revoir"
NO_WORDS = "Je ne lis que les mots. Écrivez votre demande, ou un numéro :"
LOST = "Je n'ai pas compris. Choisissez un numéro, ou écrivez un mot :"


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
        ("xyz", f"{LOST}\n{HOME}"),
        ("bonjour", HOME),
        ("", f"{NO_WORDS}\n{HOME}"),
        ("1", HOME),
        ("aide", "Comment faire\n1 Accueil"),
        ("AIDE", "Comment faire\n1 Accueil"),
        ("langue", "Une seule langue.\n1 Accueil"),
    ],
)
async def test_first_message_opens_its_journey(writer: Writer, written: str, shown: str) -> None:
    assert (await writer.write(written)).text.startswith(shown)


async def test_chat_accepts_numbers_names_and_answers(writer: Writer) -> None:
    assert (await writer.write("bonjour")).text == HOME
    assert (await writer.write("longue liste")).text.startswith("Choisissez\n1 Fruit numéro 1\n")
    assert (await writer.write("Fruit numéro 12")).text.startswith("Choisi : Fruit numéro 12")
    assert (await writer.write("0")).text.startswith("Choisissez")
    assert (await writer.write("00")).text == HOME
    bye = await writer.write("5")
    assert (bye.text, bye.ends_session) == ("Au revoir", True)
    assert (await writer.write("merci")).text == HOME


async def test_keyword_opens_its_journey_from_every_screen(writer: Writer) -> None:
    await writer.write("secret")
    assert (await writer.write("mangue 2")).text.startswith("2 Mangue")
    assert (await writer.write("secret sésame")).text.startswith("Le secret")


async def test_several_suggestions_are_chosen_by_number_or_name(chatty: Town, writer: Writer) -> None:
    chatty.market.does["services.search"] = Outcome(
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


async def test_second_misunderstanding_shows_the_first_screen(writer: Writer) -> None:
    await writer.write("mangue 3")
    assert (await writer.write("xyz")).text.startswith(f"{LOST}\n3 Mangue")
    assert (await writer.write("xyz")).text == HOME
    assert (await writer.write("xyz")).text == HOME
    assert (await writer.write("4")).text.startswith("Comment faire")
    assert (await writer.write("9")).text.startswith("Ce numéro n'est pas dans la liste.\nComment faire")
    assert (await writer.write("9")).text == HOME


async def test_form_of_an_answer_is_explained_once(writer: Writer) -> None:
    await writer.write("mangue")
    assert (await writer.write("beaucoup")).text.startswith("Un nombre.\nMangue : combien ?")
    assert (await writer.write("papaye")).text.startswith("Papaye, bon appétit")


async def test_picture_gets_a_text_reply(writer: Writer) -> None:
    await writer.write("mangue 3")
    assert (await writer.write("")).text.startswith("Je ne lis que les mots.")
    await writer.write("secret sésame")
    assert "baobab" not in (await writer.write("")).text


async def test_private_facts_are_not_shown_again_unasked(writer: Writer) -> None:
    assert "baobab" in (await writer.write("secret sésame")).text
    for unclear in ("xyz", "9", "", "langue", "bonjour", "aide"):
        assert "baobab" not in (await writer.write(unclear)).text
        assert "baobab" not in (await writer.write("0")).text
        assert "baobab" in (await writer.write("secret sésame")).text
    assert "toujours" in (await writer.write("2")).text
    assert "baobab" in (await writer.write("1")).text  # « Revenir » asks for it


async def test_chat_session_lasts_a_day(chatty: Town, writer: Writer) -> None:
    await writer.write("mangue")
    chatty.clock.now += 24 * 3600
    assert (await writer.write("3")).text.startswith("3 Mangue")
    chatty.clock.now += 24 * 3600 + 1
    assert (await writer.write("3")).text == HOME


async def test_first_message_without_question_offers_languages(chatty_menus: Path) -> None:
    town = Town(folder=chatty_menus, locales=SMALL_LOCALES)
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


async def test_open_chat_stays_on_its_menu(chatty: Town, chatty_menus: Path, writer: Writer) -> None:
    await writer.write("mangue")
    changed = chatty_menus / "fruits.yaml"
    changed.write_text(changed.read_text().replace("combien ?", "combien de kilos ?"))
    chatty.menus.activate(edition(chatty_menus, chatty.market.questions))
    assert (await writer.write("abc")).text.startswith("Un nombre.\nMangue : combien ?")
    assert (await writer.write("00", "mangue")).text.startswith("Mangue : combien ?")
    assert (await chatty.writer("+2290190000002").write("mangue")).text.startswith("Mangue : combien de kilos ?")


async def test_guess_limit_in_chat_blocks_guesses_only(writer: Writer) -> None:
    for letter in "abcdefghij":
        assert (await writer.write(f"secret faux{letter}")).text.startswith("Mauvais code.")
    held = await writer.write("secret vrai")
    assert (held.text.startswith("Trop de mauvaises réponses"), held.ends_session) == (True, False)
    assert (await writer.write("mangue")).text.startswith("Mangue : combien ?")


async def test_one_message_is_one_guess(chatty: Town, writer: Writer) -> None:
    answered = await writer.write("secret faux autre encore faux")
    assert answered.text.startswith("Mauvais code.")
    assert [answers["code"] for _, answers in chatty.market.asked] == ["faux"]
