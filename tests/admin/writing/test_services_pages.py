"""Services on the admin site: listed, added, and changed with the source of what changes."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from playwright.async_api import Page, expect

from authoring.drafts.queries import EVERY
from server import SERVICES
from tests.support.admin_client import Client, csrf
from tests.support.browser import Making, chromium, live_desk
from tests.support.map_reader import page, serve

pytestmark = pytest.mark.slow
CARD = "casier-judiciaire-b3"
PAGE = f"/bureau/services/{CARD}"
SAVE = {"action": "enregistrer"}
LONGEST = 12_000  # pixels of a page on a telephone
NEW = {
    "name": "Carte d'exemple, pour apprendre",
    "short": "Carte d'exemple",
    "theme": "Justice",
    "life_event": "Travail et emploi",
    "administration": "Mairie d'exemple",
    "words": "exemple, carte",
    "all.source": "affiche d'exemple",
    "all.as_of": "24/11/2026",
    "cost.value": "1 500",
}


async def send(client: Client, path: str, fields: dict[str, str]) -> tuple[int, str]:
    form = {**fields, "csrf": await csrf(client)}
    answer = await client.post(f"/bureau/{path}", data=form, allow_redirects=False)
    return answer.status, unescape(await answer.text())


async def drafted(client: Client, name: str) -> str:
    parts: Any = client.app[SERVICES]
    rows = await parts.database.rows(EVERY)
    return next((row["content"].decode() for row in rows if row["path"] == f"catalogue/{name}.yaml"), "")


def faults(text: str) -> dict[str, str]:
    """What a page says below its fields, by field."""
    return dict(re.findall(r'id="faute-([^"]+)"[^>]*>(.*?)</div>', text, re.DOTALL))


async def seen(client: Client) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', await page(client, f"services/{CARD}"))
    assert found
    return found[1]


async def test_changed_price_asks_for_its_new_source(our_settings: Making) -> None:
    settings = our_settings()
    async with serve(settings) as client:
        changed = {"seen": await seen(client), "cost.value": "2100", **SAVE}
        status, text = await send(client, f"services/{CARD}", changed)
        assert (status, "Ce renseignement a changé" in text) == (422, True)
        assert await drafted(client, CARD) == ""
        sourced = {**changed, "cost.source": "affiche d'exemple", "cost.as_of": "24/11/2026"}
        assert (await send(client, f"services/{CARD}", sourced))[0] == 303
        before = (settings.menus / "catalogue" / f"{CARD}.yaml").read_text("utf-8").splitlines()
        after = (await drafted(client, CARD)).splitlines()
        assert [line for line in after if line not in before] == [
            "  value: 2100", "  source: affiche d'exemple", "  as_of: 2026-11-24"]  # fmt: skip
        assert len(after) == len(before)


async def test_typed_price_shows_on_the_phone_before_it_is_saved(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        _, text = await send(client, f"services/{CARD}", {"seen": await seen(client), "cost.value": "2100"})
        assert "Prix : 2 100 F" in text.replace("\u202f", " ").partition('data-part="telephones"')[2]
        assert await drafted(client, CARD) == ""


async def test_new_service_gets_a_file_of_its_own(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        assert (await send(client, "services/nouveau", {**NEW, **SAVE}))[0] == 303
        text = await drafted(client, "carte-d-exemple")
        assert text.startswith("# yaml-language-server: $schema=schema.json\nname: Carte d'exemple, pour apprendre\n")
        assert "words: [exemple, carte]\n" in text
        assert "cost:\n  value: 1500\n  source: affiche d'exemple\n  as_of: 2026-11-24\n" in text
        assert "asked" not in text
        again = {**NEW, "short": "Carte d exemple", **SAVE}
        status, answer = await send(client, "services/nouveau", again)
        assert (status, "choisissez un autre texte" in answer) == (422, True)


async def test_service_that_another_changed_awaits_a_choice(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        old = await seen(client)
        theirs = {"seen": old, "where.value": "le guichet d'exemple", "where.source": "affiche d'exemple"}
        assert (await send(client, f"services/{CARD}", {**theirs, **SAVE}))[0] == 303
        status, text = await send(client, f"services/{CARD}", {"seen": old, "where.value": "ailleurs", **SAVE})
        assert status == 422
        assert "Entre-temps, demo a changé ce service" in text
        assert "Maintenant : le guichet d'exemple" in text


async def test_unknown_service_is_a_page_that_says_so(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        await page(client, "services/none", status=404)
        assert (await send(client, "services/No.ne", NEW))[0] == 404


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_service_is_added_in_the_browser(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await live.go("/bureau/services")
        await live.sound()
        await live.page.get_by_role("link", name="Ajouter un service").click()
        for name, value in NEW.items():
            await live.page.locator(f"[name='{name}']").fill(value)
        phone = live.page.locator("[data-part=telephones] pre").first
        await expect(phone).to_contain_text("Prix : 1 500 F")
        await live.page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await expect(live.page.get_by_role("status")).to_contain_text("C'est dans le brouillon")
        await _fits(live.page, width)
        live.faults[:] = [
            fault for fault in live.faults if "422" not in fault
        ]  # Chromium notes each trial with a fault
        await live.sound()


@pytest.mark.browser
async def test_price_is_changed_with_the_keyboard_alone(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        await live.go(PAGE)
        await live.page.get_by_label("Prix", exact=True).focus()
        for text in ("2100", "affiche d'exemple", "24/11/2026"):
            await live.page.keyboard.press("Control+A")
            await live.page.keyboard.type(text)
            await live.page.keyboard.press("Tab")
        await live.page.keyboard.press("Enter")
        await expect(live.page.get_by_role("status")).to_contain_text("C'est dans le brouillon")
        await expect(live.page.get_by_label("Prix", exact=True)).to_have_value("2100")


async def _fits(page: Page, width: int) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
async def test_languages_are_folded_on_a_telephone(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, 390, 844) as live:
        await live.go(PAGE)
        folds = live.page.locator("details[data-fold]")
        await expect(folds.nth(1)).not_to_have_attribute("open", "")
        assert [await folds.nth(0).get_attribute("open"), await folds.count() > 1] == ["", True]
        assert await live.page.evaluate("document.documentElement.scrollHeight") < LONGEST
        await folds.nth(1).locator("summary").focus()
        await live.page.keyboard.press("Enter")
        await live.page.get_by_label("Prix", exact=True).fill("2100")
        await expect(live.page.locator("[data-part=telephones] pre").first).to_contain_text("2 100 F")
        await expect(folds.nth(1)).to_have_attribute("open", "")
        await expect(folds.nth(2)).not_to_have_attribute("open", "")
        await live.page.set_viewport_size({"width": 1280, "height": 800})
        await expect(folds.nth(2)).to_have_attribute("open", "")


@pytest.mark.browser
async def test_source_of_one_fact_comes_back_unfolded(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser) as live:
        await live.go("/bureau/services/nouveau")
        own = live.page.get_by_label("D'où le savez-vous ? : prix", exact=True)
        await expect(own).to_be_hidden()
        await live.page.get_by_text("Source, date, remarque").first.click()
        await own.fill("affiche d'exemple")
        await live.go("/bureau/services")
        await live.go("/bureau/services/nouveau")
        await expect(own).to_be_visible()
        await expect(own).to_have_value("affiche d'exemple")
        await live.sound()
