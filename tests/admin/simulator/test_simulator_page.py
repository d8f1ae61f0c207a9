"""The phone simulator in a real browser: calls, messages, and menus that are saved while the page is open."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from authoring.replay.sandbox import make_sample, open_sample_menus, sandbox_settings
from authoring.replay.transcript_player import read_transcript, replay
from settings import Settings
from tests.support.browser import LiveDesk, Making, chromium, live_desk, our_settings

__all__ = ["our_settings"]
pytestmark = pytest.mark.browser
HOME = "Services publics du Bénin"


class Simulator:
    """The page, as somebody with a hand on it sees it."""

    def __init__(self, desk: LiveDesk, settings: Settings) -> None:
        self.desk, self.page, self.settings = desk, desk.page, settings

    async def shows(self, words: str) -> None:
        await expect(self.page.locator("#ecran")).to_contain_text(words)

    async def press(self, *typed: str) -> None:
        """Press keys on the phone, and send each."""
        for one in typed:
            for key in one:
                await self.page.click(f"[data-key='{key}']")
            await self.page.click("#appeler")
            await self.settled()

    async def settled(self) -> None:
        await expect(self.page.locator("body")).to_have_attribute("aria-busy", "false")

    async def seen(self, what: str, words: str | re.Pattern[str]) -> None:
        await expect(self.page.locator(f"#vu-{what}")).to_have_text(words)

    async def choose(self, what: str, value: str) -> None:
        await self.page.select_option(f"#{what}", value)
        await self.settled()

    async def write(self, text: str) -> None:
        await self.page.fill("#message", text)
        await self.page.press("#message", "Enter")
        await self.settled()

    async def tap(self, option: str) -> None:
        """Open the list of the last message, and take this."""
        await self.page.click(".bubble:last-child summary")
        await self.page.click(f".bubble:last-child .list button:has-text('{option}')")

    async def last(self, words: str) -> None:
        await expect(self.page.locator(".bubble:last-child")).to_contain_text(words)

    def save(self, file: str, change: Callable[[str], str]) -> None:
        path = self.settings.menus / file
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


@asynccontextmanager
async def simulator(settings: Settings, path: str = "/bureau/", width: int = 1200) -> AsyncIterator[Simulator]:
    async with chromium() as browser, live_desk(settings, browser, width=width) as desk:
        await desk.go(path)
        page = Simulator(desk, settings)
        await page.settled()
        yield page
        assert [fault for fault in desk.faults if not fault.startswith("Failed to load resource")] == []


async def test_a_call_leads_to_an_exam_result_and_shows_what_no_citizen_sees(our_settings: Making) -> None:
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


async def test_what_is_dialled_behind_the_code_goes_straight_there_on_every_gateway(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        for channel in ("africastalking_ussd", "madapi"):
            await phone.choose("canal", channel)
            await phone.press("*384*229*3*1#", "12345")
            await phone.shows("table 12345")
            await phone.page.click("#raccrocher")
            await expect(phone.page.locator("#ecran")).to_be_empty()


async def test_the_same_call_in_two_languages_and_as_somebody_who_calls_for_the_first_time(
    our_settings: Making,
) -> None:
    async with simulator(our_settings()) as phone:
        for language, words in (("fr", HOME), ("fon", "Benee sin service le"), ("", "Langue")):
            await phone.choose("langue", language)
            await phone.press("")
            await phone.shows(words)


async def test_the_whole_simulator_works_by_keyboard_alone(our_settings: Making) -> None:
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


async def test_a_list_of_whatsapp_opens_and_is_tapped(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.choose("canal", "whatsapp")
        await phone.write("00")
        await phone.tap("Résultats")
        await phone.last("Quel examen")
        await phone.seen("ecran", "exams.which_exam")
        await phone.seen("codage", "UTF-8")
        await phone.desk.sound()


async def test_a_keyboard_of_telegram_is_pressed(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.choose("canal", "telegram")
        await phone.write("BAC 12345")
        await phone.last("12345")
        await phone.page.click(".bubble:last-child .taps button:has-text('Que faire')")
        await phone.last("Accueil")


async def test_an_sms_that_would_leave_appears_with_its_parts_and_their_cost(our_settings: Making) -> None:
    async with simulator(our_settings(sms_price=12)) as phone:
        await phone.press("*384*229*3*1*12345#", "4")
        await phone.last("12345")
        head = phone.page.locator(".bubble:last-child .head")
        await expect(head).to_have_text(re.compile(r"SMS, \d parties? en GSM 7 bits, \d+ F CFA"))
        parts = await phone.page.locator(".bubble:last-child .part").count()
        await expect(head).to_contain_text(f"{12 * parts} F CFA")


async def test_the_price_of_an_sms_is_not_told_where_nobody_set_it(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.choose("canal", "africastalking_sms")
        await phone.write("BAC 12345")
        await expect(phone.page.locator(".bubble:last-child .head")).to_contain_text("prix non réglé")


async def test_a_menu_file_is_broken_and_mended_while_the_page_is_open_and_the_page_follows(
    our_settings: Making,
) -> None:
    async with simulator(our_settings()) as phone:
        await phone.press("", "3", "1")
        await phone.shows("tapez le numéro de table")
        phone.save("exams.yaml", lambda text: text.replace("to: search", "to: serch"))
        notice = phone.page.locator("#arret")
        await expect(notice).to_contain_text(re.compile(r"exams\.yaml:\d+:\d+ : .*serch"))
        await phone.shows("tapez le numéro de table")
        await phone.press("12345")
        await phone.shows("table 12345")
        phone.save(
            "exams.yaml", lambda text: text.replace("to: serch", "to: search").replace("Autre numéro", "Un autre")
        )
        await expect(notice).to_be_hidden()
        await phone.shows("3 Un autre")
        await phone.seen("ecran", "exams.result")


async def test_what_is_saved_is_seen_within_a_second_at_the_same_place_wherever_its_number_went(
    our_settings: Making,
) -> None:
    async with simulator(our_settings()) as phone:
        await phone.press("", "7")
        await phone.shows("0 Retour")
        began = time.perf_counter()
        phone.save("help.yaml", lambda text: text.replace("say: Aide", "say: Toute l'aide"))
        await phone.shows("Toute l'aide")
        assert time.perf_counter() - began < 2.0  # a second on a machine that has nothing else to do
        await phone.press("2")
        await phone.seen("ecran", "help.languages")
        phone.save("help.yaml", moved)
        await expect(phone.page.locator("#suivi")).to_contain_text("nouvelle version")
        await phone.seen("ecran", "help.languages")
        await phone.press("0")
        await phone.shows("1 Changer de langue")


def moved(text: str) -> str:
    """The first two choices of the help, the other way round."""
    lines = text.split("\n")
    first = next(place for place, line in enumerate(lines) if "Comment répondre" in line)
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    return "\n".join(lines)


async def test_a_talk_on_whatsapp_follows_too(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.choose("canal", "whatsapp")
        await phone.write("00")
        await phone.tap("Résultats")
        await phone.last("Quel examen")
        phone.save("exams.yaml", lambda text: text.replace("Quel examen ?", "Votre examen ?"))
        await phone.last("Votre examen ?")


async def test_a_call_that_was_recorded_plays_as_it_was_written_down(our_settings: Making, tmp_path: Path) -> None:
    journeys = tmp_path / "journeys"
    journeys.mkdir()
    async with simulator(our_settings(journeys=journeys)) as phone:
        for language, title in (("fr", "Le résultat du BAC"), ("fon", "Le BAC en fon")):
            await phone.choose("langue", language)
            await phone.press("", "3", "1", "12345", "4")
            await phone.page.fill("#titre", title)
            await phone.page.press("#titre", "Enter")
            await expect(phone.page.locator("#enregistre")).to_have_text(re.compile(r"Enregistré : le_.*\.txt"))
        await phone.page.fill("#titre", "Le résultat du BAC")
        await phone.page.press("#titre", "Enter")
        await expect(phone.page.locator("#erreur")).to_contain_text("s'appelle déjà le_resultat_du_bac.txt")
    settings = sandbox_settings(Settings(), Path("menus"), tmp_path / "ground")
    await make_sample(settings)
    async with open_sample_menus(settings) as ours:
        for path in sorted(journeys.glob("*.txt")):
            _, turns = read_transcript(path)
            assert [str(turn) for turn in await replay(ours, turns)] == [str(turn) for turn in turns]


async def test_the_map_can_open_the_phone_at_a_screen_in_a_language(our_settings: Making) -> None:
    async with simulator(our_settings(), "/bureau/?ecran=exams.seat&langue=fr") as phone:
        await phone.shows("tapez le numéro de table")
        await phone.press("12345")
        await phone.seen("ecran", re.compile(r"exams\..*"))
        await phone.desk.go("/bureau/?ecran=exams.which_exam&langue=fon&canal=whatsapp")
        await phone.seen("ecran", "exams.which_exam")
        await expect(phone.page.locator("#langue")).to_have_value("fon")
        await phone.desk.go("/bureau/?ecran=exams.search")
        await expect(phone.page.locator("#erreur")).to_contain_text("il interroge une source")


async def test_it_is_readable_on_a_telephone(our_settings: Making) -> None:
    async with simulator(our_settings(), width=390) as phone:
        await phone.press("")
        await phone.shows(HOME)
        assert await phone.page.locator("html").evaluate("page => page.scrollWidth") <= 390
        await phone.desk.sound()


async def test_a_server_that_stops_is_told_in_one_line(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.press("")
        await phone.page.context.set_offline(True)
        await phone.press("3")
        await expect(phone.page.locator("#erreur")).to_contain_text("Le serveur ne répond pas")
        await phone.page.context.set_offline(False)
