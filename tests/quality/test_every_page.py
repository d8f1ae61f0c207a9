"""Every page of the desk, at the width of a screen and of a telephone: sound for who cannot see or use a mouse."""

from __future__ import annotations

import re

import pytest

from admin.app import WAYS
from authoring.translating.texts import text_id
from state.menu.journey_files import read_journeys
from tests.support.browser import LiveDesk, Making, chromium, live_desk
from tests.support.plain_process import ROOT

pytestmark = pytest.mark.browser
# Words that no French sentence has, of the language in which Zin is written.
ENGLISH_WORDS = """
the and of with not error unknown failed failure sent sign submit search save cancel draft screen journey gateway
outbox delete update loading yes this that these those you your please all none null undefined nan true false editor
viewer approver pending delivered queued expired is are was were been has have had will would from to by at for into
what when where why how who which here there elsewhere new old open closed close missing wrong right left next
previous back forward up down first last never always again each every other another any some most more less file
folder name password user account role settings key value number day week month year hour help home
"""
ENGLISH = frozenset(ENGLISH_WORDS.split())
# Journeys and screens, by the names that the map and the YAML files have for them.
SCREENS = {
    name
    for journey, file in read_journeys(ROOT / "menus").files.items()
    for screen in file.screens
    for name in (journey, screen, f"{journey}.{screen}")
}
# What a person reads or hears: no code, no text of a phone, and nothing in another language.
READ = """() => {
  const skipped = "code, pre, kbd, textarea, script, style, [role=log], [lang]:not([lang=fr])";
  const found = [document.title];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent);
    else if (node.nodeType === Node.ELEMENT_NODE && !node.matches(skipped)) {
      for (const name of ["aria-label", "placeholder", "title", "alt"]) found.push(node.getAttribute(name) || "");
      node.childNodes.forEach(walk);
    }
  };
  walk(document.body);
  return found.join("\\n");
}"""
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


def foreign_words(text: str) -> set[str]:
    """The words of a text that are English, or names of the code; {name} stands for a value, a name with … is cut."""
    words = re.findall(r"[^\W\d]\w*(?:[-.]\w+)*", re.sub(r"\{\w+\}|\S+…", "", text))
    return {word for word in words if (word.lower() in ENGLISH or "_" in word) and word not in SCREENS}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ce qui attend, 3 messages sur 12 : « Aide ».", set()),
        ("Etat : failed", {"failed"}),
        ("écran not_a_screen, each", {"not_a_screen", "each"}),
        ("Sign in", {"Sign"}),
        ("Rien pour {to_confirm}, exams.which_exam", set()),
    ],
)
def test_foreign_words_are_found(text: str, found: set[str]) -> None:
    assert foreign_words(text) == found


async def check_page(desk: LiveDesk, path: str) -> None:
    await desk.page.locator("h1").wait_for()
    await desk.sound()
    wide = await desk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, path
    assert foreign_words(await desk.page.evaluate(READ)) == set(), path
