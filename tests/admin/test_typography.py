"""French signs on the admin site stay with their words at the end of a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from settings import Settings
from tests.support.admin_client import no_sources
from tests.support.browser import chromium, live_desk
from tests.support.conversation import FRENCH_ONLY
from tests.support.menu_copies import shared_menus

pytestmark = pytest.mark.browser
PAGES = ("/bureau/services", "/bureau/brouillon", "/bureau/fichiers", "/bureau/menus", "/bureau/services/nouveau")
BREAKING = """() => {
  const found = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (found.nextNode()) if (!found.currentNode.parentElement.closest("pre, code, textarea, script, svg"))
    texts.push(found.currentNode.data);
  const bound = texts.filter((text) => /\\u00a0[:;?!»]|«\\u00a0/.test(text));
  return [texts.filter((text) => / [:;?!»]|« /.test(text)), bound.length];
}"""


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
