"""French signs on the admin site stay with their words at the end of a line."""

from __future__ import annotations

import re
import timeit
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from admin.typography import AS_WRITTEN, bind_spaces
from settings import Settings
from tests.support.admin_client import no_sources, open_admin_site
from tests.support.browser import chromium, live_desk
from tests.support.conversation import FRENCH_ONLY
from tests.support.menu_copies import shared_menus

PAGES = ("/bureau/services", "/bureau/brouillon", "/bureau/fichiers", "/bureau/menus", "/bureau/services/nouveau")
BREAKING = """() => {
  const found = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (found.nextNode()) if (!found.currentNode.parentElement.closest("pre, code, textarea, script, svg"))
    texts.push(found.currentNode.data);
  const bound = texts.filter((text) => /\\u00a0[:;?!»]|«\\u00a0/.test(text));
  return [texts.filter((text) => / [:;?!»]|« /.test(text)), bound.length];
}"""


WRITTEN = [  # what a page has, and how it is sent; ~ is the space that does not break
    ("<p>Quel prix ? « 1 500 F » : oui ; non !</p>", "<p>Quel prix~? «~1~500 F~»~: oui~; non~!</p>"),
    ("<b>Prix</b> : 1 000 000 F", "<b>Prix</b>~: 1~000~000 F"),
    ('<input value="Prix : 1 500" aria-label="a ? b">', '<input value="Prix : 1 500" aria-label="a ? b">'),
    ("<textarea>\nDites : « oui »</textarea> !", "<textarea>\nDites : « oui »</textarea>~!"),
    ("<option>nouveau : oui</option>", "<option>nouveau : oui</option>"),
    ("<pre>1 : Oui\n2 ; Non</pre><code>a : b</code>", "<pre>1 : Oui\n2 ; Non</pre><code>a : b</code>"),
    ("<svg><title>a : b</title><text>c : d</text></svg>", "<svg><title>a : b</title><text>c : d</text></svg>"),
    ("<style>.a > .b : c</style><script>a ? b : c</script>", "<style>.a > .b : c</style><script>a ? b : c</script>"),
    ("http://127.0.0.1:8080 12 345 6789", "http://127.0.0.1:8080 12~345 6789"),
    ("<p title='x'>&lt;b&gt; ?</p>", "<p title='x'>&lt;b&gt;~?</p>"),
]


@pytest.mark.parametrize(("page", "sent"), WRITTEN)
def test_spaces_beside_french_signs_do_not_break(page: str, sent: str) -> None:
    assert bind_spaces(page) == sent.replace("~", "\u00a0")


def test_large_page_is_bound_at_once() -> None:
    """Pages are to open within a second, and at most 300 KB."""
    row = '<tr><th scope="row"><a href="/bureau/services/x">Un service ?</a></th><td>« 1 500 F »</td></tr>\n'
    page = row * (300_000 // len(row))
    seconds = min(timeit.repeat(lambda: bind_spaces(page), number=1, repeat=3))
    assert seconds < 0.2, seconds


async def test_page_is_bound_without_scripts_and_files_are_not(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        page = (await (await client.get("/bureau/chiffres")).read()).decode()
        table = (await (await client.get("/bureau/chiffres.csv")).read()).decode()
    assert "Chiffres\u00a0:" in page.partition("<main")[2]
    assert " :" not in re.sub(rf"(?s)<({AS_WRITTEN})\b.*?</\1>|<[^>]*>", "", page)
    assert "\u00a0" not in table


@pytest.mark.browser
async def test_no_line_ends_before_a_french_sign(valkey_url: str, tmp_path: Path) -> None:
    folders: dict[str, Any] = {"data": tmp_path / "data", "menus": shared_menus(), "locales": FRENCH_ONLY}
    settings = Settings.model_validate({"redis_url": valkey_url, **folders})
    async with chromium() as browser, live_desk(settings, browser, opened=no_sources) as live:
        found = {}
        for path in PAGES:
            await live.go(path)
            found[path] = await live.page.evaluate(BREAKING)
        assert [texts for texts, _ in found.values()] == [[]] * len(PAGES)
        assert sum(many for _, many in found.values()) > 0
        await live.page.locator("[name='cost.value']").fill("beaucoup")
        await expect(live.page.locator("#faute-cost-value")).to_contain_text("beaucoup")
        assert (await live.page.evaluate(BREAKING))[0] == []
