"""The words of the admin site: each is explained once, and linked where it stands."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from playwright.async_api import expect

from admin.glossary.words import WORDS
from admin.templating import HERE
from tests.support.admin_client import open_admin_site, sign_in
from tests.support.browser import Making, chromium, live_desk

pytestmark = pytest.mark.slow
LINKED = re.compile(r'href="/bureau/glossaire#([a-z]+)"')


def test_words_are_in_order_and_explained_once() -> None:
    names = [word.name for word in WORDS]
    assert names == sorted(set(names))
    assert all(word.meaning.endswith(".") for word in WORDS)


def test_links_of_pages_lead_to_explained_words() -> None:
    linked = {name for path in (HERE / "templates").glob("*.html") for name in LINKED.findall(path.read_text("utf-8"))}
    assert linked >= {"codage", "empreinte", "passerelle", "ministere"}
    assert linked <= {word.name for word in WORDS}


async def test_page_says_what_septets_are(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        page = unescape(await (await client.get("/bureau/glossaire")).text())
        assert '<dt id="septet">Septet</dt>' in page
        assert "une lettre en prend une" in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_each_page_leads_to_the_words(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await live.go("/bureau/messages/passerelles")
        await live.page.get_by_role("link", name="Les mots du bureau").press("Enter")
        await expect(live.page.get_by_role("heading", name="Les mots du bureau")).to_be_visible()
        await live.sound()
