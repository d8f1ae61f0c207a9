"""A screen becomes a question, a list, a look-up or an end by its form: first the kind, then its fields."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.support.admin_client import Client
from tests.support.browser import Making, chromium, live_desk
from tests.support.map_reader import serve
from tests.support.structure_form import added, fields_of, form_of, send

pytestmark = pytest.mark.slow
PAGE = "/bureau/ecran/help.la_suite/changer"
FILLED = {
    "ask": {"champ.ask.keep": "commune_name", "champ.ask.like": ".{2,40}", "champ.ask.hint": "Au moins 2 lettres.",
            "champ.ask.to": "+", "texte.ask.to": "Merci beaucoup."},
    "list": {"champ.list.from": "centres.departments", "champ.list.label": "{name}", "champ.list.keep": "department",
             "champ.list.to": "contact", "champ.list.empty": "contact"},
    "look_up": {"champ.look_up.from": "exams.result", "champ.look_up.found": "contact",
                "champ.look_up.unknown": "contact", "champ.look_up.unpublished": "contact",
                "champ.look_up.late": "contact", "champ.look_up.unavailable": "contact"},
}  # fmt: skip


async def with_new_screen(client: Client) -> None:
    fields = added(await form_of(client), 5, label="La suite", to="+", dit="Que voulez-vous ?", etait="")
    assert (await send(client, {**fields, "action": "enregistrer"}))[0] == 303


@pytest.mark.parametrize("kind", list(FILLED))
async def test_new_screen_becomes_another_kind(our_settings: Making, kind: str) -> None:
    async with serve(our_settings()) as client:
        await with_new_screen(client)
        changed = {**await form_of(client, PAGE), "sorte": kind, "action": "sorte"}
        shown = fields_of((await send(client, changed, PAGE))[1])
        if kind == "look_up":
            asked = {**shown, "champ.look_up.from": "exams.result", "action": "question"}
            shown = fields_of((await send(client, asked, PAGE))[1])
        assert FILLED[kind].keys() <= shown.keys()
        status, text = await send(client, {**shown, "action": "enregistrer"}, PAGE)
        assert (status, 'class="fault"' in text or "notice wrong" in text) == (422, True)
        status, text = await send(client, {**shown, **FILLED[kind], "action": "enregistrer"}, PAGE)
        assert (status, text) == (303, "")
        assert (await form_of(client, PAGE))["sorte"] == kind


async def test_look_up_that_becomes_an_end_asks_for_its_text(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        await with_new_screen(client)
        sent = {**await form_of(client, PAGE), "sorte": "look_up", **FILLED["look_up"], "action": "enregistrer"}
        assert (await send(client, sent, PAGE))[0] == 303
        back = {**await form_of(client, PAGE), "sorte": "end", "dit": "C'est tout.", "action": "enregistrer"}
        assert (await send(client, back, PAGE))[0] == 303
        assert "C&#39;est tout." in await (await client.get("/bureau/ecran/help.la_suite")).text()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_question_is_added_and_asked(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        page = live.page
        await live.go("/bureau/ecran/help.topics/changer")
        await page.get_by_role("button", name="Ajouter un choix").click()
        await page.fill("[name='choix.5.label']", "La suite")
        await page.select_option("[name='choix.5.to']", "+")
        await page.fill("[name='choix.5.dit']", "Que voulez-vous ?")
        await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(page.get_by_role("status")).to_contain_text("C'est dans le brouillon")
        await live.go(PAGE)
        await page.get_by_label("Sorte d'écran").select_option("ask")
        await page.get_by_role("button", name="Changer de sorte").click()
        await page.get_by_label("Nom sous lequel la réponse est retenue").fill("commune_name")
        await page.get_by_label("Forme de la réponse").fill(".{2,40}")
        await page.get_by_label("Ce que l'on dit quand").fill("Au moins 2 lettres.")
        await page.get_by_label("La réponse mène à", exact=True).select_option("+")
        await page.get_by_label("La réponse mène à un nouvel écran").fill("Merci, {commune_name}.")
        await expect(page.locator("[data-part=plan] svg")).to_contain_text("Merci, {commune_name}.")
        await live.sound()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(page.get_by_role("status")).to_contain_text("C'est dans le brouillon")
        await live.sound()
