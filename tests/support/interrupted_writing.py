"""A page on which somebody writes while the network, then the session, is lost."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.support.browser import LiveDesk


async def save_in_vain(live: LiveDesk, path: str) -> None:
    """Save what was typed offline, then signed out; ends on the page opened anew, which has what was typed."""
    page = live.page
    save, status = page.get_by_role("button", name="Enregistrer dans le brouillon"), page.get_by_role("status")
    await save.click()
    await expect(status).to_contain_text("Pas de connexion")
    await page.context.set_offline(False)
    await page.context.clear_cookies()
    await save.click()
    await expect(status).to_contain_text("Votre session a pris fin")
    link = page.locator("#contenu").get_by_role("link", name="Se connecter")
    await expect(link).to_have_attribute("href", re.compile("suite="))
    await live.go(path)
    await expect(status).to_contain_text("Voici ce que vous aviez tapé")
