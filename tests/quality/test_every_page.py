"""Every page of the desk, at the width of a screen and of a telephone: sound for who cannot see or use a mouse."""

from __future__ import annotations

import pytest

from admin.app import WAYS
from authoring.translating.texts import text_id
from tests.support.browser import LiveDesk, Making, chromium, live_desk

pytestmark = pytest.mark.browser
NO_PAGE = ("/chiffres.csv", "/journal.csv", "/suivi")
OF_ACCOUNTS = ("factor", "own", "people")  # what a demonstration has not: tests/admin/people/test_people_browser.py
PAGES = [
    way.path
    for way in WAYS
    if way.method == "GET" and "{" not in way.path and way.path not in NO_PAGE and way.permission not in OF_ACCOUNTS
]
MORE = (
    *("/connexion", "/journal?verifier=1", "/plan/home", "/ecran/home.welcome", "/resultats/bac-2026.1"),
    *("/services/nouveau", "/services/casier-judiciaire-b3", "/traduire/fon", f"/traduire/fon/{text_id('Aide', '')}"),
)


@pytest.mark.parametrize("width", [1200, 390])
async def test_every_page_is_accessible_and_fits(our_settings: Making, width: int) -> None:
    assert {"/", "/plan", "/menus", "/chiffres", "/resultats", "/messages", "/journal"} <= set(PAGES)
    async with chromium() as browser, live_desk(our_settings(), browser, width) as desk:
        for path in (*PAGES, *MORE):
            await desk.go(f"/bureau{path}")
            await check_page(desk, path)
        await desk.go("/bureau/nulle-part")
        assert len(desk.faults) == 1  # the browser's own word that there is no such page
        desk.faults.clear()
        await check_page(desk, "a page that is not there")


async def check_page(desk: LiveDesk, path: str) -> None:
    await desk.page.locator("h1").wait_for()
    await desk.sound()
    wide = await desk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, path
