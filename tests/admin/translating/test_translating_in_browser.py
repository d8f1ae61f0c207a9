"""A text translated in the browser: with the mouse, the keyboard alone, without a connection, and by two people."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from accounts.accounts import Accounts
from tests.admin.translating.test_translating_pages import EXAM, TEXT
from tests.support.admin_client import PASSWORD
from tests.support.browser import LiveDesk, Making, chromium, live_desk

pytestmark = [pytest.mark.slow, pytest.mark.browser]
AREA = "textarea[name='forme.0']"
BOTH = pytest.mark.parametrize("width", [1280, 390])


async def fits(live: LiveDesk, width: int) -> None:
    live.faults[:] = [fault for fault in live.faults if "422" not in fault]  # Chromium notes a page with a fault
    await live.sound()
    assert await live.page.evaluate("document.documentElement.scrollWidth") <= width


@BOTH
async def test_text_is_translated_with_the_mouse(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        shown = live.page
        await live.go("/bureau/traduire")
        await fits(live, width)
        await shown.get_by_role("link", name="Fɔngbe", exact=True).click()
        await fits(live, width)
        await shown.get_by_label("Chercher").fill("examen")
        await shown.get_by_role("button", name="Montrer").click()
        await shown.get_by_role("link", name=re.compile(re.escape(EXAM))).first.click()
        await shown.fill(AREA, "")
        await shown.locator(AREA).press_sequentially("Tn")
        await shown.get_by_role("button", name="ɛ", exact=True).click()
        await shown.get_by_role("button", name="ton haut").click()
        await expect(shown.locator(AREA)).to_have_value("Tnɛ\u0301")
        await expect(shown.locator("[data-part=telephones] pre").first).to_contain_text("Tne")
        await fits(live, width)
        await shown.get_by_role("button", name=re.compile("^Enregistrer")).click()
        await expect(shown.get_by_role("status")).to_contain_text(f"C'est dans le brouillon : « {EXAM} »")
        await shown.get_by_role("link", name="Y revenir").click()
        await expect(shown.locator(AREA)).to_have_value("Tnɛ\u0301")
        await shown.get_by_label("Votre remarque").fill("À relire, s'il vous plaît.")
        await shown.get_by_role("button", name="Ajouter").click()
        await expect(shown.get_by_text("À relire, s'il vous plaît.")).to_be_visible()
        await fits(live, width)


async def test_text_is_translated_with_the_keyboard_alone(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        shown = live.page
        await live.go(TEXT)
        await shown.locator(AREA).focus()
        await shown.keyboard.press("Control+A")
        for key in ("T", "e", "F2", "F4", "F4", "k", "O", "F2", "n", "F2", "F2", "d", "F2"):
            await shown.keyboard.press(key)
        await expect(shown.locator(AREA)).to_have_value("Tɛ\u0300kƆnɖ")
        await expect(shown.locator("[data-part=telephones] pre").first).to_contain_text("TekOnd")
        save = shown.get_by_role("button", name=re.compile("^Enregistrer"))
        while not await save.evaluate("button => button === document.activeElement"):
            await shown.keyboard.press("Tab")
        await shown.keyboard.press("Enter")
        await expect(shown.get_by_role("status")).to_contain_text("C'est dans le brouillon")


async def test_lost_connection_and_ended_session_lose_nothing(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        shown = live.page
        await live.go(TEXT)
        await shown.wait_for_load_state("networkidle")  # an icon that is cut off leaves its file open
        await shown.context.set_offline(True)
        await shown.fill(AREA, "Tɛ́n ?")
        save = shown.get_by_role("button", name=re.compile("^Enregistrer"))
        await save.click()
        await expect(shown.get_by_role("status")).to_contain_text("Pas de connexion")
        await shown.context.set_offline(False)
        await shown.context.clear_cookies()
        await save.click()
        await expect(shown.get_by_role("status")).to_contain_text("Votre session a pris fin")
        await live.go(TEXT)
        await expect(shown.locator(AREA)).to_have_value("Tɛ́n ?")
        await save.click()
        await expect(shown.get_by_role("status")).to_contain_text("C'est dans le brouillon")


async def test_another_account_reviews(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        for name in ("awa", "bio"):
            await Accounts(live.parts.database).add(name, "editor", PASSWORD, "console:test")
        await live.sign_in("awa", PASSWORD)
        await _write(live, "Tɛ́n ?")
        await live.go(TEXT)
        await expect(live.page.get_by_text("Vous l'avez écrite : une autre personne la relit.")).to_be_visible()
        await live.page.get_by_role("button", name="Se déconnecter").click()
        await live.sign_in("bio", PASSWORD)
        await live.go(TEXT)
        await live.page.get_by_role("button", name="Je parle cette langue : c'est juste").click()
        await live.go(TEXT)
        await expect(live.page.get_by_text(re.compile("Écrit par awa, le .*Relu par bio, le "))).to_be_visible()
        await live.sound()


async def _write(live: LiveDesk, said: str) -> None:
    await live.go(TEXT)
    await live.page.fill(AREA, said)
    await live.page.get_by_role("button", name=re.compile("^Enregistrer")).click()
    await expect(live.page.get_by_role("status")).to_contain_text("C'est dans le brouillon")
