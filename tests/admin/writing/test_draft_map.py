"""The drawing of a journey as the draft has it, from the page of the draft."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from admin.context import ADMIN_CONTEXT
from authoring.drafts.working_copy import content_digest
from tests.support.admin_client import Client, sign_in
from tests.support.browser import Making, chromium, live_desk
from tests.support.map_reader import box, page, serve
from tests.support.ministry_desk import HEALTH, house

pytestmark = pytest.mark.slow
PLAN = "brouillon/plan/help"


async def save(client: Client, path: str, old: str, new: str) -> None:
    drafts = client.app[ADMIN_CONTEXT].draft.drafts
    before = (await drafts.working_copy()).files[path]
    await drafts.save("awa", path, before.replace(old.encode(), new.encode()), seen=content_digest(before))


async def test_draft_leads_to_the_drawing_of_each_changed_journey(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        await save(client, "help.yaml", "say: Aide", "say: De l'aide")
        await save(client, "phrases.yaml", "# Ce que", "# Les phrases que")
        draft = await page(client, "brouillon")
        assert f'href="/bureau/{PLAN}"' in draft
        assert "phrases.yaml" in draft
        assert "brouillon/plan/phrases" not in draft
        text = await page(client, PLAN)
        assert "changé" in "".join(box(text, "ecran/help.topics").itertext())
        assert "inchangé" in "".join(box(text, "ecran/help.keys").itertext())
        assert "brouillon/plan" not in await page(client, "plan/help")


async def test_draft_that_cannot_be_read_says_what_to_do(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        await save(client, "help.yaml", "to: privacy", "to: nowhere")
        text = await page(client, PLAN)
        assert "<svg class=" not in text
        assert "le plan se montre quand elles sont corrigées" in text
        assert "pas de parcours « zut »" in unescape(await page(client, "brouillon/plan/zut", 404))


async def test_writing_pages_have_no_screens_of_another_ministry(valkey_url: str, tmp_path: Path) -> None:
    async with house(valkey_url, tmp_path) as found:
        await save(found.client, HEALTH, "to: many", "to: fruits")
        await sign_in(found.client, "editor", "chi", ministry="sante")
        for path in ("brouillon/plan/long", "ecran/long.chosen/changer", "yaml/long.yaml"):
            text = await page(found.client, path)
            assert "chosen" in text
            assert "fruits.which" not in text, path
            assert "Les fruits de la Justice" not in text, path


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
async def test_drawing_is_accessible(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await live.go("/bureau/ecran/help.topics")
        await live.page.locator("textarea[name='texte.say']").fill("De l'aide")
        await live.page.get_by_role("button", name="Enregistrer dans le brouillon").click()
        await live.page.get_by_role("link", name="le brouillon").click()
        await live.page.get_by_role("link", name="Voir le plan de ce parcours").click()
        await live.page.wait_for_url(f"**/bureau/{PLAN}")
        await live.sound()
        assert await live.page.locator("svg.map").is_visible()
