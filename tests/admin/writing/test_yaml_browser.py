"""The editor of a YAML file in a real browser: marks at faults, ends of words, and text that waits on this device."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.support.browser import Making, chromium, live_desk

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PAGE = "/bureau/yaml/help.yaml"
SAVED = "C'est dans le brouillon"
CHOICE = "label: Parler à quelqu'un, to: contact}\n"


@pytest.mark.parametrize("width", [1280, 390])
async def test_fault_is_marked_at_its_line_and_reached_by_mouse(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        page = live.page
        await live.go("/bureau/ecran/help.topics")
        await page.get_by_role("link", name="help.yaml").click()
        await live.sound()
        text = await page.locator("#texte").input_value()
        await page.fill("#texte", text.replace("to: keys}", "to: key}"))
        await expect(page.locator("#fautes")).to_contain_text("il n'y a pas d'écran « key »")
        await expect(page.locator(".numbers .faulty")).to_have_text(["✗ 11", "✗ 17"])
        await page.get_by_role("link", name="Ligne 11").click()
        await expect(page.locator("#texte")).to_be_focused()
        start = await page.evaluate("document.getElementById('texte').selectionStart")
        assert text[:start].count("\n") == 10
        await live.sound()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.fill("#texte", text.replace("say: Aide\n", "say: De l'aide ?\n"))
        await expect(page.locator(".numbers .faulty")).to_have_count(0)
        await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(page.get_by_role("status")).to_contain_text(SAVED)
        await live.sound()


async def test_line_is_completed_by_keyboard_alone(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        page, keys = live.page, live.page.keyboard
        await live.go(PAGE)
        text = await page.locator("#texte").input_value()
        end = text.index(CHOICE) + len(CHOICE) - 1
        await page.locator("#texte").focus()
        await page.evaluate(f"document.getElementById('texte').setSelectionRange({end}, {end})")
        await keys.press("Enter")
        await keys.type("- {label: Encore, to: la")
        offered = page.get_by_role("option")
        await expect(offered).to_have_count(4)
        await expect(offered.first).to_have_text("languages")
        await keys.press("ArrowDown")
        await expect(offered.nth(1)).to_have_attribute("aria-selected", "true")
        await live.sound()
        await keys.press("ArrowUp")
        await keys.press("Enter")
        await keys.type("}")
        added = "      - {label: Encore, to: languages}\n"
        await expect(page.locator("#texte")).to_have_value(text.replace(CHOICE, CHOICE + added))
        await expect(page.locator("#fautes p")).to_have_count(0)
        await keys.press("Tab")
        await expect(page.get_by_role("button", name="Enregistrer dans le brouillon")).to_be_focused()
        await keys.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text(SAVED)


async def test_text_waits_on_this_device_and_others_are_joined(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        page = live.page
        await live.go(PAGE)
        text = await page.locator("#texte").input_value()
        await page.context.set_offline(True)
        await page.fill("#texte", text.replace("say: Aide\n", "say: Sans réseau\n"))
        await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(page.get_by_role("status")).to_contain_text("Pas de connexion")
        await page.context.set_offline(False)
        await live.go("/bureau/ecran/help.keys")
        await page.fill("textarea[name='texte.say']", "Tapez.")
        await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(page.get_by_role("status")).to_contain_text(SAVED)
        await live.go(PAGE)
        await expect(page.get_by_role("status")).to_contain_text("Voici ce que vous aviez tapé")
        await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(page.get_by_role("status")).to_contain_text("les deux changements y sont")
        saved = await page.locator("#texte").input_value()
        assert "say: Sans réseau\n" in saved
        assert "Tapez.\n" in saved
