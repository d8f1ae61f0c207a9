"""Texts of a screen on the admin site: seen on the phone while they are typed, saved in the draft, by two at once."""

from __future__ import annotations

import re
from html import unescape

import pytest
from playwright.async_api import Page, expect

from admin.auth import HEADER
from admin.writing.screen_form import PREFIX
from tests.support.admin_client import Client, csrf
from tests.support.browser import Making, chromium, live_desk
from tests.support.interrupted_writing import save_in_vain
from tests.support.map_reader import serve

pytestmark = pytest.mark.slow
PAGE = "/bureau/ecran/help.topics"
SAY = "textarea[name='texte.say']"


async def form_of(client: Client, page: str = PAGE) -> dict[str, str]:
    """The fields of the form, as a browser would send them."""
    text = await (await client.get(page)).text()
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', text))
    fields |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n([^<]*)</textarea>', text))
    return {name: unescape(value) for name, value in fields.items()}


async def send(client: Client, fields: dict[str, str], page: str = PAGE) -> tuple[int, str]:
    answer = await client.post(page, data=fields, allow_redirects=False)
    return answer.status, await answer.text()


async def test_typed_text_shows_before_it_is_saved(our_settings: Making) -> None:
    async with serve(our_settings(sms_price=25)) as client:
        fields = await form_of(client)
        status, text = await send(client, {**fields, f"{PREFIX}say": "De l'aide ?", "action": "voir"})
        assert (status, "De l&#39;aide ?\n1 Comment répondre" in text) == (200, True)
        assert re.search(r"<h3>SMS : 1 page, 1 SMS, 25\u202fF</h3>", text)
        assert (await form_of(client))[f"{PREFIX}say"] == "Aide"


async def test_saved_text_is_in_the_draft_and_not_in_service(our_settings: Making) -> None:
    settings = our_settings()
    async with serve(settings) as client:
        fields = await form_of(client)
        status, _ = await send(client, {**fields, f"{PREFIX}say": "De l'aide ?", "action": "enregistrer"})
        assert status == 303
        assert (await form_of(client))[f"{PREFIX}say"] == "De l'aide ?"
        assert "De l&#39;aide ?" in await (await client.get("/bureau/brouillon")).text()
        assert "say: Aide\n" in (settings.menus / "help.yaml").read_text("utf-8")
        journal = unescape(await (await client.get("/bureau/journal")).text())
        assert re.search(
            r"« Aide » : Ce que dit l.écran : « De l.aide \? » \(avant : « Aide »\)", re.sub(r"\s", " ", journal)
        )


async def test_fault_comes_back_at_its_field_and_nothing_is_saved(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        fields = await form_of(client)
        wrong = {**fields, f"{PREFIX}choices.0.label": "Un {nom}", "action": "enregistrer"}
        status, text = await send(client, wrong)
        assert status == 422
        field = r'name="texte.choices.0.label" value="Un \{nom\}"[^>]* aria-invalid="true">'
        assert re.search(field + r'\s*<div[^>]*><p class="fault">', text)
        assert (await form_of(client)) == fields


async def test_screen_that_another_changed_awaits_a_choice(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        mine, theirs = await form_of(client), await form_of(client)
        assert (await send(client, {**theirs, f"{PREFIX}say": "Les leurs", "action": "enregistrer"}))[0] == 303
        status, text = await send(client, {**mine, f"{PREFIX}say": "Le mien", "action": "enregistrer"})
        assert status == 422
        assert "Entre-temps, demo a changé cet écran" in unescape(text)
        assert "Maintenant : Les leurs" in text
        seen = re.search(r'name="seen" value="([^"]+)"', text)
        assert seen
        chosen = {**mine, f"{PREFIX}say": "Le mien", "seen": seen[1], "action": "enregistrer"}
        assert (await send(client, chosen))[0] == 303
        assert (await form_of(client))[f"{PREFIX}say"] == "Le mien"


async def test_two_write_in_two_screens_of_one_file(our_settings: Making) -> None:
    other = "/bureau/ecran/help.keys"
    async with serve(our_settings()) as client:
        mine, theirs = await form_of(client), await form_of(client, other)
        assert (await send(client, {**theirs, f"{PREFIX}say": "Tapez.", "action": "enregistrer"}, other))[0] == 303
        assert (await send(client, {**mine, f"{PREFIX}say": "Le mien", "action": "enregistrer"}))[0] == 303
        assert (await form_of(client))[f"{PREFIX}say"] == "Le mien"
        assert (await form_of(client, other))[f"{PREFIX}say"] == "Tapez."


async def test_draft_is_staged_or_discarded(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        fields = await form_of(client)
        await send(client, {**fields, f"{PREFIX}say": "De l'aide ?", "action": "enregistrer"})
        token = {HEADER: await csrf(client)}
        refused = await client.post("/bureau/brouillon/preparer", headers=token, allow_redirects=False)
        assert (refused.status, "Dites pourquoi" in await refused.text()) == (409, True)
        why = {"why": "plus clair"}
        staged = await client.post("/bureau/brouillon/preparer", headers=token, data=why, allow_redirects=False)
        assert (staged.status, staged.headers["Location"].rpartition("/")[0]) == (303, "/bureau/menus")
        page = unescape(await (await client.get("/bureau/brouillon")).text())
        seen = re.search(r'name="path" value="help.yaml"><input type="hidden" name="seen" value="([^"]+)"', page)
        assert seen
        gone = {"path": "help.yaml", "seen": seen[1]}
        answer = await client.post("/bureau/brouillon/abandonner", headers=token, data=gone, allow_redirects=False)
        assert answer.status == 303
        assert (await form_of(client))[f"{PREFIX}say"] == "Aide"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_phone_follows_what_is_typed_and_saved_text_is_staged(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        page = live.page
        await live.go(PAGE)
        await live.sound()
        await page.fill(SAY, "Vous cherchez de l'aide ?")
        await expect(page.locator("[data-part=telephones] pre").first).to_contain_text("Vous cherchez de l'aide ?")
        await _no_wider_than(page, width)
        await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(page.get_by_role("status")).to_contain_text("C'est dans le brouillon")
        await live.sound()
        await page.get_by_role("link", name="le brouillon").click()
        await expect(page.locator(".sides ins").first).to_contain_text("Vous cherchez")
        await live.sound()
        await _no_wider_than(page, width)
        await page.get_by_label("Pourquoi").fill("plus clair")
        await page.get_by_role("button", name="Préparer ce brouillon").click()
        await expect(page.get_by_role("button", name="Publier cette version")).to_be_visible()


@pytest.mark.browser
async def test_text_is_written_with_the_keyboard_alone(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        page = live.page
        await live.go(PAGE)
        await page.locator(SAY).focus()
        await page.keyboard.press("Control+A")
        await page.keyboard.type("Au clavier")
        await expect(page.locator("[data-part=telephones] pre").first).to_contain_text("Au clavier")
        for _ in range(6):
            await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Enregistrer dans le brouillon")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("C'est dans le brouillon")
        await expect(page.locator(SAY)).to_have_value("Au clavier")


@pytest.mark.browser
async def test_lost_connection_and_ended_session_lose_nothing(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        page = live.page
        await live.go(PAGE)
        await page.context.set_offline(True)
        await page.fill(SAY, "Sans réseau")
        await save_in_vain(live, PAGE)
        await expect(page.locator(SAY)).to_have_value("Sans réseau")
        await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(page.get_by_role("status")).to_contain_text("C'est dans le brouillon")
        await live.go(PAGE)
        await expect(page.get_by_role("status")).to_have_count(0)


async def _no_wider_than(page: Page, width: int) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
