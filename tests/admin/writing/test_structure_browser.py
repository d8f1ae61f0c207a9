"""The choices of a screen in a real browser: by mouse and by keyboard alone, and nothing typed is ever lost."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.support.browser import Making, chromium, live_desk
from tests.support.interrupted_writing import save_in_vain

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PAGE = "/bureau/ecran/help.topics/changer"
SAVED = "C'est dans le brouillon"
LABEL = "[name='choix.5.label']"


@pytest.mark.parametrize("width", [1280, 390])
async def test_choice_is_added_moved_and_played_by_mouse(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        page = live.page
        await live.go("/bureau/ecran/help.topics")
        await page.get_by_role("link", name="Changer les choix et la suite").click()
        await live.sound()
        await page.get_by_role("button", name="Ajouter un choix").click()
        await page.fill(LABEL, "Les frais")
        await page.select_option("[name='choix.5.to']", "+")
        await page.locator("[name='choix.5.dit']").fill("Tout est gratuit.")
        await expect(page.locator("[data-part=telephones] pre").first).to_contain_text("6 Les frais")
        await expect(page.locator("[data-part=plan] svg")).to_contain_text("Tout est gratuit.")
        await page.get_by_role("button", name="Monter le choix 6").click()
        await expect(page.locator("[data-part=telephones] pre").first).to_contain_text("5 Les frais")
        await live.sound()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(page.get_by_role("status")).to_contain_text(SAVED)
        await live.sound()
        await page.get_by_role("link", name="L'essayer au téléphone").click()
        await expect(page.locator("#ligne")).to_have_value("brouillon")
        await expect(page.locator("main")).to_contain_text("5 Les frais")


async def test_choice_is_added_moved_and_removed_by_keyboard(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        page, keys = live.page, live.page.keyboard
        await live.go(PAGE)
        await page.get_by_role("button", name="Ajouter un choix").focus()
        await keys.press("Enter")
        await expect(page.locator(LABEL)).to_be_focused()
        await keys.type("Langues")
        await keys.press("Tab")
        await keys.type("Parler")
        await expect(page.locator("[name='choix.5.to']")).to_have_value("contact")
        await keys.press("Tab")
        await expect(page.get_by_role("button", name="Monter le choix 6")).to_be_focused()
        await keys.press("Enter")
        await expect(page.get_by_role("button", name="Monter le choix 5")).to_be_focused()
        await keys.press("Enter")
        await expect(page.get_by_role("button", name="Monter le choix 4")).to_be_focused()
        await expect(page.locator("[name='choix.3.label']")).to_have_value("Langues")
        await _remove(page, 5, "« Ce service ne demande")
        await page.locator("[name='choix.3.label']").focus()
        await keys.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text(SAVED)
        await expect(page.locator("[name='choix.3.label']")).to_have_value("Langues")


async def test_rows_wait_on_this_device_without_a_connection(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        page = live.page
        await live.go(PAGE)
        await page.get_by_role("button", name="Ajouter un choix").click()
        await page.fill(LABEL, "Sans réseau")
        await page.select_option("[name='choix.5.to']", "contact")
        await page.context.set_offline(True)
        await page.get_by_role("button", name="Monter le choix 6").click()
        await expect(page.get_by_role("status")).to_contain_text("Pas de connexion")
        await save_in_vain(live, PAGE)
        await expect(page.locator(LABEL)).to_have_value("Sans réseau")
        await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(page.get_by_role("status")).to_contain_text(SAVED)


async def _remove(page: Page, number: int, screen: str) -> None:
    """Remove a choice, and the screen that nothing leads to then, with the keyboard."""
    button = page.get_by_role("button", name=f"Retirer le choix {number}")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(button).to_be_focused()
    await page.get_by_label(f"Retirer aussi l'écran {screen}").focus()
    await page.keyboard.press("Space")
