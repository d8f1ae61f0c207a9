"""The phone simulator in a real browser: calls, messages, and menus that are saved while the page is open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from authoring.replay.sandbox import make_sample, open_sample_menus, sandbox_settings
from authoring.replay.transcript_player import read_transcript, replay
from settings import Settings
from tests.support.browser import Making
from tests.support.simulator_browser import HOME, simulator

pytestmark = pytest.mark.browser


async def test_call_shows_a_result_and_screen_details(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.press("")
        await phone.shows(HOME)
        await phone.press("3", "1", "12345")
        await phone.shows("table 12345")
        await phone.shows("Admis")
        await phone.seen("ecran", "exams.result")
        await phone.seen("fichier", re.compile(r"menus/exams\.yaml:\d+"))
        await phone.seen("page", "1 sur 1")
        await phone.seen("place", re.compile(r"\d+ septets sur 178"))
        await phone.seen("codage", "GSM 7 bits")
        await phone.seen("temps", re.compile(r"ms aller et retour, dont .* ms chez Zin"))
        await phone.desk.sound()


async def test_dial_through_works_on_every_ussd_gateway(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        for channel in ("africastalking_ussd", "madapi"):
            await phone.choose("canal", channel)
            await phone.press("*384*229*3*1#", "12345")
            await phone.shows("table 12345")
            await phone.page.click("#raccrocher")
            await expect(phone.page.locator("#ecran")).to_be_empty()


async def test_call_in_two_languages_and_for_newcomers(
    our_settings: Making,
) -> None:
    async with simulator(our_settings()) as phone:
        for language, words in (("fr", HOME), ("fon", "Benee sin service le"), ("", "Langue")):
            await phone.choose("langue", language)
            await phone.press("")
            await phone.shows(words)


async def test_simulator_works_by_keyboard_alone(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.page.keyboard.press("Enter")
        await phone.shows(HOME)
        for key in ("3", "Enter", "1", "Enter"):
            await phone.page.keyboard.press(key)
        await phone.shows("tapez le numéro de table")
        await phone.page.locator("#tape").focus()
        await phone.page.keyboard.type("12345")
        await phone.page.keyboard.press("Enter")
        await phone.shows("table 12345")
        await phone.page.keyboard.press("Escape")
        await expect(phone.page.locator("#ecran")).to_be_empty()


async def test_keyboard_works_after_a_click_on_a_key(our_settings: Making) -> None:
    """The mouse takes no focus: what is typed next goes to the phone, and Enter sends it once."""
    async with simulator(our_settings()) as phone:
        await phone.page.click("#appeler")
        await phone.shows(HOME)
        await phone.page.click("[data-key='3']")
        await phone.page.keyboard.press("Backspace")
        await phone.page.keyboard.press("3")
        await phone.page.keyboard.press("Enter")
        await phone.seen("ecran", "exams.which_exam")
        await phone.page.focus("[data-key='1']")
        await phone.page.keyboard.press("Enter")
        await expect(phone.page.locator("#tape")).to_have_value("1")


async def test_whatsapp_list_opens_and_is_tapped(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.choose("canal", "whatsapp")
        await phone.write("00")
        await phone.tap("Résultats")
        await phone.last("Quel examen")
        await phone.seen("ecran", "exams.which_exam")
        await phone.seen("codage", "UTF-8")
        await phone.desk.sound()


async def test_telegram_button_is_pressed(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.choose("canal", "telegram")
        await phone.write("BAC 12345")
        await phone.last("12345")
        await phone.page.click(".bubble:last-child .taps button:has-text('Que faire')")
        await phone.last("Accueil")


async def test_sms_appears_with_parts_and_cost(our_settings: Making) -> None:
    async with simulator(our_settings(sms_price=12)) as phone:
        await phone.press("*384*229*3*1*12345#", "3")
        await phone.last("12345")
        head = phone.page.locator(".bubble:last-child .head")
        await expect(head).to_have_text(re.compile(r"SMS, \d parties? en GSM 7 bits, \d+ F CFA"))
        parts = await phone.page.locator(".bubble:last-child .part").count()
        await expect(head).to_contain_text(f"{12 * parts} F CFA")


async def test_unset_sms_price_is_not_shown(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.choose("canal", "africastalking_sms")
        await phone.write("BAC 12345")
        await expect(phone.page.locator(".bubble:last-child .head")).to_contain_text("prix non réglé")


async def test_recorded_call_replays_exactly(our_settings: Making, tmp_path: Path) -> None:
    journeys = tmp_path / "journeys"
    journeys.mkdir()
    async with simulator(our_settings(journeys=journeys)) as phone:
        for language, title in (("fr", "Le résultat du BAC"), ("fon", "Le BAC en fon")):
            await phone.choose("langue", language)
            await phone.press("", "3", "1", "12345", "4")
            await phone.page.fill("#titre", title)
            await phone.page.press("#titre", "Enter")
            await expect(phone.page.locator("#enregistre")).to_have_text(re.compile(r"Enregistré\s: le_.*\.txt"))
        await phone.page.fill("#titre", "Le résultat du BAC")
        await phone.page.press("#titre", "Enter")
        await expect(phone.page.locator("#erreur")).to_contain_text("s'appelle déjà le_resultat_du_bac.txt")
    settings = sandbox_settings(Settings(), Path("menus"), tmp_path / "ground")
    await make_sample(settings)
    async with open_sample_menus(settings) as ours:
        transcripts = sorted(journeys.glob("*.txt"))
        assert len(transcripts) == 2
        for path in transcripts:
            _, turns = read_transcript(path)
            assert [str(turn) for turn in await replay(ours, turns)] == [str(turn) for turn in turns]


async def test_link_opens_phone_at_screen_and_language(our_settings: Making) -> None:
    async with simulator(our_settings(), "/bureau/?ecran=exams.seat&langue=fr") as phone:
        await phone.shows("tapez le numéro de table")
        await phone.press("12345")
        await phone.seen("ecran", re.compile(r"exams\..*"))
        await phone.desk.go("/bureau/?ecran=exams.which_exam&langue=fon&canal=whatsapp")
        await phone.seen("ecran", "exams.which_exam")
        await expect(phone.page.locator("#langue")).to_have_value("fon")
        await phone.desk.go("/bureau/?ecran=exams.search")
        await expect(phone.page.locator("#erreur")).to_contain_text("il interroge une source")


async def test_simulator_fits_a_narrow_page(our_settings: Making) -> None:
    async with simulator(our_settings(), width=390) as phone:
        await phone.press("")
        await phone.shows(HOME)
        assert await phone.page.locator("html").evaluate("page => page.scrollWidth") <= 390
        await phone.desk.sound()


async def test_stopped_server_is_reported_in_one_line(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.press("")
        await phone.page.context.set_offline(True)
        await phone.press("3")
        await expect(phone.page.locator("#erreur")).to_contain_text("Le serveur ne répond pas")
        await phone.page.context.set_offline(False)
