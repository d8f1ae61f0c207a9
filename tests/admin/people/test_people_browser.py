"""Accounts in a real browser, on a wide screen and a telephone, with the mouse and with the keyboard alone."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, expect

from accounts import totp
from accounts.accounts import Accounts
from accounts.roles import ROLES
from tests.support.admin_client import PASSWORD
from tests.support.browser import LiveDesk, Making, chromium, live_desk

pytestmark = pytest.mark.browser
NEW = "huit-mangues-vertes"
WIDTHS = (1280, 390)
FOCUSED = """(() => {
  const it = document.activeElement, region = it.matches("body, main, [role=region]")
  return region ? "" : it.labels?.[0]?.innerText || it.value || it.innerText
})()"""


@asynccontextmanager
async def administered(making: Making, width: int) -> AsyncIterator[LiveDesk]:
    """The desk of awa, who administers, and zoe, who reads; awa has signed in."""
    async with chromium() as browser, live_desk(making(), browser, width) as desk:
        accounts = Accounts(desk.parts.database)
        await accounts.add("awa", "admin", PASSWORD, "console:test")
        await accounts.add("zoe", "viewer", PASSWORD, "console:test")
        await desk.sign_in("awa", PASSWORD)
        await expect(desk.page.get_by_role("link", name="Mon compte")).to_be_visible()
        yield desk


async def check_page(desk: LiveDesk) -> None:
    """The page is accessible, and no wider than the screen."""
    await desk.sound()
    wide = await desk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, desk.page.url


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if name in re.sub(r"\s", " ", str(await page.evaluate(FOCUSED))):
            return
    raise AssertionError(f"Tab never reaches « {name} »")


async def press(page: Page, name: str) -> None:
    """Press Enter on the control with this name, without the mouse."""
    await tab_to(page, name)
    await page.keyboard.press("Enter")


@pytest.mark.parametrize("width", WIDTHS)
async def test_person_is_invited_by_mouse(our_settings: Making, width: int) -> None:
    async with administered(our_settings, width) as desk:
        page = desk.page
        await page.get_by_role("link", name="Comptes", exact=True).click()
        await check_page(desk)
        await page.get_by_label("Nom du compte").fill("bio")
        await page.get_by_role("radio", name="Éditeur").click()
        await page.get_by_role("button", name="Créer le lien d’invitation").click()
        link = await page.get_by_label("Lien à donner à cette personne").input_value()
        await check_page(desk)
        await page.get_by_role("button", name="Se déconnecter").click()
        await check_page(desk)
        await page.goto(link)
        await check_page(desk)
        await page.get_by_label("Nouveau mot de passe").fill(NEW)
        await page.get_by_label("Encore une fois").fill(NEW)
        await page.get_by_role("button", name="Enregistrer le mot de passe").click()
        await expect(page.get_by_role("status")).to_contain_text("connectez-vous")
        await page.get_by_label("Mot de passe").fill(NEW)
        await page.get_by_role("button", name="Se connecter").click()
        await page.locator(".role summary").click()
        await expect(page.locator(".role p")).to_contain_text("écrire, traduire, préparer, publier et reprendre")
        await expect(page.get_by_role("link", name="Comptes", exact=True)).to_have_count(0)


@pytest.mark.parametrize("width", WIDTHS)
async def test_account_is_changed_and_closed_by_keyboard(our_settings: Making, width: int) -> None:
    async with administered(our_settings, width) as desk:
        page = desk.page
        await desk.go("/bureau/comptes")
        await press(page, "zoe")
        await expect(page.locator("h1")).to_have_text("Compte « zoe »")
        await check_page(desk)
        await tab_to(page, "Lecteur")
        for _ in range(ROLES.index("viewer") - ROLES.index("editor")):
            await page.keyboard.press("ArrowUp")
        await press(page, "Changer le rôle")
        await expect(page.get_by_role("status")).to_contain_text("Rôle changé")
        await expect(page.locator(".facts")).to_contain_text("éditeur : ")
        await press(page, "Terminer ses visites")
        await expect(page.get_by_role("status")).to_contain_text("Visites terminées")
        await press(page, "Fermer ce compte")
        await press(page, "Fermer « zoe » pour toujours")
        await expect(page.get_by_role("status")).to_contain_text("Compte fermé")
        await check_page(desk)


@pytest.mark.parametrize("width", WIDTHS)
async def test_own_password_is_changed_by_keyboard(our_settings: Making, width: int) -> None:
    async with administered(our_settings, width) as desk:
        page = desk.page
        await press(page, "Mon compte")
        await expect(page.locator("h1")).to_have_text("Mon compte")
        await check_page(desk)
        for label, typed in (
            ("Mot de passe actuel", PASSWORD),
            ("Nouveau mot de passe", NEW),
            ("encore une fois", NEW),
        ):
            await tab_to(page, label)
            await page.keyboard.type(typed)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("Mot de passe changé")
        await check_page(desk)
        await page.get_by_role("button", name="Se déconnecter").click()
        await expect(page.locator("h1")).to_have_text("Connexion")
        await desk.sign_in("awa", NEW)
        await expect(page.get_by_role("link", name="Mon compte")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
async def test_code_is_set_up_and_asked_for_by_keyboard(our_settings: Making, width: int) -> None:
    async with administered(our_settings, width) as desk:
        page = desk.page
        await desk.go("/bureau/mon-compte/telephone")
        await check_page(desk)
        await tab_to(page, "Mot de passe actuel")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("img", name="Carré à viser avec l’application du téléphone")).to_be_visible()
        await check_page(desk)
        secret = totp.read((await page.locator("main code").inner_text()).replace(" ", ""))
        await tab_to(page, "Écrivez le code à six chiffres")
        await page.keyboard.type(totp.code(secret, int(time.time() // totp.STEP_SECONDS)))
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("Le téléphone est relié")
        codes = await page.locator("main li").all_inner_texts()
        await check_page(desk)
        await press(page, "Se déconnecter")
        await expect(page.locator("h1")).to_have_text("Connexion")
        await desk.sign_in("awa", PASSWORD)
        await expect(page.locator("h1")).to_have_text("Code de connexion")
        await check_page(desk)
        await tab_to(page, "Code à six chiffres")
        await page.keyboard.type(codes[0])
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("link", name="Mon compte")).to_be_visible()
