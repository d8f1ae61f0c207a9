"""Each page of the admin site has its help beside it, in the words that docs/operateur.md has too."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from admin.app import WAYS
from admin.glossary.words import BY_NAME
from admin.help.pages import PAGES, help_of
from tests.quality.page_help import BEGIN, END, PAGE, table
from tests.support.admin_client import open_admin_site, sign_in

# help itself, and where nobody is signed in
WITHOUT = {"/bureau/aide", "/bureau/glossaire", "/bureau/connexion", "/bureau/deconnexion"}
TEMPLATES = Path(__file__).parents[3] / "admin" / "templates"


def test_every_page_in_the_navigation_has_help() -> None:
    linked = set(re.findall(r'"(/bureau/[a-z-]*)"', (TEMPLATES / "base.html").read_text("utf-8")))
    assert len(linked) > 10
    assert {path for path in linked if help_of(path) is None} == WITHOUT


def test_every_address_of_help_is_a_page() -> None:
    pages = {f"/bureau{way.path}" for way in WAYS if way.method == "GET"}
    assert [page.address for page in PAGES if not any(one.startswith(page.address) for one in pages)] == []


def test_every_word_of_a_page_is_explained() -> None:
    assert {word for page in PAGES for word in page.words} <= BY_NAME.keys()


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/bureau/", "Essayer"),
        ("/bureau/ecran/help.keys", "Écran"),
        ("/bureau/services/nouveau", "Services"),
        ("/bureau/menus", "Menus"),
        ("/bureau/menusx", None),
        ("/bureau/nulle-part", None),
    ],
)
def test_help_is_that_of_the_address(path: str, title: str | None) -> None:
    found = help_of(path)
    assert (found and found.title) == title


def test_guide_has_the_same_words() -> None:
    shown = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown.strip() == table(), "run python -m tests.quality.page_help"


@pytest.mark.slow
async def test_help_stands_beside_the_page(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer", "awa")
        for page in (one for one in PAGES if one.address not in ("/bureau/ecran", "/bureau/comptes")):
            shown = unescape(await (await client.get(page.address)).text())
            assert page.text in shown, page.address
            assert all(BY_NAME[word].meaning in shown for word in page.words), page.address
        whole = unescape(await (await client.get("/bureau/aide")).text())
    assert [page.text for page in PAGES if page.text not in whole] == []
