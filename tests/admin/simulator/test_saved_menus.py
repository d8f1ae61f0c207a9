"""Menu files that are saved while the simulator is open in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.support.browser import Making
from tests.support.simulator_browser import simulator

pytestmark = pytest.mark.browser


async def test_page_follows_a_broken_and_mended_file(
    our_settings: Making,
) -> None:
    async with simulator(our_settings()) as phone:
        await phone.press("", "3", "1")
        await phone.shows("tapez le numéro de table")
        phone.save("exams.yaml", lambda text: text.replace("to: search", "to: serch"))
        notice = phone.page.locator("#arret")
        await expect(notice).to_contain_text(re.compile(r"exams\.yaml:\d+:\d+\s: .*serch"))
        await phone.shows("tapez le numéro de table")
        await phone.press("12345")
        await phone.shows("table 12345")
        phone.save(
            "exams.yaml",
            lambda text: text.replace("to: serch", "to: search").replace("Recevoir par message", "Par message"),
        )
        await expect(notice).to_be_hidden()
        await phone.shows("3 Par message")
        await phone.seen("ecran", "exams.result")


async def test_saved_file_appears_at_same_screen(
    our_settings: Making,
) -> None:
    async with simulator(our_settings()) as phone:
        await phone.press("", "7")
        await phone.shows("0 Retour")
        phone.save("help.yaml", lambda text: text.replace("say: Aide", "say: Toute l'aide"))
        await phone.shows("Toute l'aide")
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


async def test_whatsapp_conversation_follows_a_saved_file(our_settings: Making) -> None:
    async with simulator(our_settings()) as phone:
        await phone.choose("canal", "whatsapp")
        await phone.write("00")
        await phone.tap("Résultats")
        await phone.last("Quel examen")
        phone.save("exams.yaml", lambda text: text.replace("Quel examen ?", "Votre examen ?"))
        await phone.last("Votre examen ?")
