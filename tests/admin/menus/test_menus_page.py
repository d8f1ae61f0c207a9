"""Versions of the menus on the admin site: staged, compared, published and rolled back by editors only."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from admin.auth import HEADER
from admin.writing.screen_form import PREFIX
from server import SERVICES
from state.errors import Problem
from tests.admin.writing.test_screen_writing import form_of
from tests.support.admin_client import csrf, open_admin_site, sign_in
from tests.support.browser import LiveDesk, Making, chromium, live_desk
from tests.support.map_reader import page, serve

pytestmark = pytest.mark.slow

SAVE = {"action": "enregistrer"}
AWAY = "/bureau/menus/00000000000000000000"


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
async def test_version_is_staged_compared_published_and_rolled_back(our_settings: Making, width: int) -> None:
    settings = our_settings()
    async with chromium() as browser, live_desk(settings, browser, width) as live:
        page = live.page
        await live.go("/bureau/menus")
        await expect(page.get_by_text("Les fichiers sont ceux de la version en service.")).to_be_visible()
        change(settings.menus, "exams.yaml", "Quel examen ?", "Quel examen cherchez-vous ?")
        await live.go("/bureau/menus")
        await live.sound()
        await page.get_by_role("button", name="Préparer ces fichiers").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Version ")
        await expect(page.get_by_text("Conversations ouvertes en ce moment : 0.")).to_be_visible()
        await expect(page.locator(".sides ins").first).to_contain_text("cherchez-vous")
        await expect(page.locator("#appels details").first).to_be_visible()
        await live.sound()
        await _no_wider_than(page, width)
        await page.get_by_label("Pourquoi").fill("plus clair")
        await page.get_by_role("button", name="Publier cette version").click()
        await expect(page.get_by_text(re.compile("est en service, publication n° 2"))).to_be_visible()
        await expect(page.get_by_role("cell", name="plus clair")).to_be_visible()
        await live.sound()
        await _no_wider_than(page, width)
        await _go_back(live, "trop long à lire")
        await expect(page.get_by_text(re.compile("est en service, publication n° 3"))).to_be_visible()
        history = await live.parts.versions.repository.history()
        assert [(one.number, one.why) for one in history[:2]] == [(3, "trop long à lire"), (2, "plus clair")]


async def _go_back(live: LiveDesk, why: str) -> None:
    await live.page.get_by_text("Revenir à la version d'avant", exact=True).click()
    await live.page.get_by_label("Pourquoi").fill(why)
    await live.sound()
    await live.page.get_by_role("button", name="Oui, y revenir maintenant").click()


async def _no_wider_than(page: Page, width: int) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
async def test_broken_files_are_refused_with_their_lines(our_settings: Making) -> None:
    settings = our_settings()
    async with chromium() as browser, live_desk(settings, browser) as live:
        await live.go("/bureau/menus")
        change(settings.menus, "help.yaml", "to: keys}", "to: kesy}")
        await live.parts.change_feed.after(live.parts.change_feed.revision)
        await live.go("/bureau/menus")
        await expect(live.page.get_by_text(re.compile(r"help.yaml:\d+:\d+")).first).to_be_visible()
        await live.page.get_by_role("button", name="Préparer ces fichiers").click()
        await expect(live.page.get_by_text("Rien n'a changé pour les citoyens")).to_be_visible()
        await _sound_but_for_the_refusal(live)
        assert await live.parts.versions.repository.staged() == ()


async def _sound_but_for_the_refusal(live: LiveDesk) -> None:
    """Chromium notes the status of a page that says what is wrong."""
    live.faults[:] = [fault for fault in live.faults if "422" not in fault]
    await live.sound()


async def test_languages_that_are_held_back_are_named(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        parts = client.app[SERVICES]
        await parts.change_feed.after(0)  # the first start takes up what it published
        parts.change_feed.announce((), [Problem("locales/aa.po", 7, 1, "il manque {fruit}")])
        page = await (await client.get("/bureau/menus")).text()
        assert "locales/aa.po:7:1" in page
        assert "Leur langue reste comme elle est en service" in page
        (first,) = await parts.versions.repository.history()
        page = await (await client.get(f"/bureau/menus/{first.version}?retenu=fr&retenu=zz")).text()
        assert re.search(r"Dans cette version, Français\s:\sles traductions restent", page)


@pytest.mark.parametrize("role", ["viewer", "importer", "approver"])
async def test_only_editors_change_menu_versions(valkey_url: str, tmp_path: Path, role: str) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, role)
        page = await (await client.get("/bureau/menus")).text()
        assert "Publication n° 1" in page
        assert "Préparer ces fichiers" not in page
        for address in ("/bureau/menus/preparer", f"{AWAY}/publier", f"{AWAY}/retour"):
            answer = await client.post(address, headers={HEADER: token}, data={"instead_of": "1"})
            assert answer.status == 403, address


async def test_refused_publication_shows_an_alert(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = {HEADER: await sign_in(client, "editor")}
        for address, form, status in (
            (f"{AWAY}/publier", {"instead_of": "1"}, 409),
            (f"{AWAY}/publier", {"instead_of": "²"}, 409),
            (f"{AWAY}/retour", {}, 409),
            (f"{AWAY}/retour", {"instead_of": "1"}, 409),
            (f"{AWAY}/retour", {"instead_of": "1", "why": "x" * 161}, 409),
            ("/bureau/menus/preparer", {}, 409),
        ):
            answer = await client.post(address, headers=token, data=form, allow_redirects=False)
            assert answer.status == status, address
            assert 'role="alert"' in await answer.text()
        for address, status in ((AWAY, 404), (f"{AWAY}/appels", 404), ("/bureau/menus/%00", 400)):
            assert (await client.get(address)).status == status, address


async def test_published_draft_of_a_demonstration_waits_no_more(our_settings: Making) -> None:
    settings = our_settings()
    async with serve(settings) as client:
        token, feed = {HEADER: await csrf(client)}, client.app[SERVICES].change_feed
        form = await form_of(client, "/bureau/ecran/help.topics")
        await client.post("/bureau/ecran/help.topics", data={**form, f"{PREFIX}say": "De l'aide ?", **SAVE})
        assert "1 fichier changé au bureau, et pas encore publié." in await page(client, "menus")
        staged = await client.post("/bureau/brouillon/preparer", headers=token, data={"why": "x"})
        turn = feed.revision
        await client.post(f"{staged.url.path}/publier", headers=token, data={"instead_of": "1"})
        await feed.after(turn)
        text = await page(client, "menus")
        assert ("pas encore publié" in text, "Personne n'a changé le dossier" in text) == (False, True)
        assert "Le brouillon est vide" in await page(client, "brouillon")
        turn = feed.revision
        change(settings.menus, "exams.yaml", "Quel examen ?", "Quel examen cherchez-vous ?")
        await feed.after(turn)
        text = await page(client, "menus")
        assert ("pas encore publié" in text, "Les fichiers diffèrent" in text) == (True, True)


async def test_why_is_typed_once_from_the_draft_to_the_history(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        token, why = {HEADER: await csrf(client)}, "demandé par les guichets"
        form = await form_of(client, "/bureau/ecran/help.topics")
        await client.post("/bureau/ecran/help.topics", data={**form, f"{PREFIX}say": "De l'aide ?", **SAVE})
        staged = await client.post("/bureau/brouillon/preparer", headers=token, data={"why": why})
        offered = re.search(r'<input id="why" name="why"[^>]* value="([^"]*)"', await staged.text())
        assert offered
        await client.post(
            f"{staged.url.path}/publier", headers=token, data={"instead_of": "1", "why": unescape(offered[1])}
        )
        assert why in (await page(client, "menus")).partition("Historique")[2]
