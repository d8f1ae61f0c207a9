"""Files of the menus that a browser saves and sends back, and those that changed on the server's disk meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from server import build
from settings import Settings
from tests.admin.writing.test_files_pages import HOME, PRICE, changed, send, take, text, zipped
from tests.support.admin_client import no_sources, sign_in
from tests.support.browser import chromium, live_desk
from tests.support.conversation import FRENCH_ONLY
from tests.support.menu_copies import menus_in
from tests.support.page_text import reader
from tests.support.production import migrated
from tests.support.zip_files import rezipped

pytestmark = pytest.mark.slow


async def test_file_that_changed_on_disk_too_is_named(valkey_url: str, tmp_path: Path) -> None:
    folders: dict[str, Any] = {"data": tmp_path / "data", "menus": menus_in(tmp_path), "locales": FRENCH_ONLY}
    safe = {"env": "production", "secret": "s" * 22, "second_factor_roles": "", "redis_url": valkey_url}
    settings = await migrated(Settings.model_validate({**folders, **safe}))
    async with reader(build(settings, opened=no_sources)) as client:
        await sign_in(client, "editor")
        mine = changed(await zipped(client), "home.yaml", "bye: {say: Au revoir}", "bye: {say: À bientôt}")
        assert "sur le disque" not in (await send(client, rezipped(mine)))[1]
        on_disk = folders["menus"] / "home.yaml"
        on_disk.write_text(on_disk.read_text("utf-8").replace("say: Bienvenue", "say: Bonjour"), "utf-8")
        page = await text(client)
        assert "Ces fichiers ont aussi changé sur le disque du serveur." in page
        assert (await take(client, page))[0] == 200
        assert "say: Bonjour" in on_disk.read_text("utf-8")
        assert b"Bienvenue" in (await zipped(client))["home.yaml"]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_file_goes_out_and_back_in_the_browser(valkey_url: str, tmp_path: Path, width: int) -> None:
    folders: dict[str, Any] = {"data": tmp_path / "data", "menus": menus_in(tmp_path), "locales": FRENCH_ONLY}
    settings = Settings.model_validate({"redis_url": valkey_url, **folders})
    async with chromium() as browser, live_desk(settings, browser, width, opened=no_sources) as live:
        await live.go(f"{HOME}?q=casier")
        await live.sound()
        async with live.page.expect_download() as given:
            await live.page.get_by_role("link", name=PRICE).click()
        file = tmp_path / "casier-judiciaire-b3 (1).yaml"
        await (await given.value).save_as(file)
        file.write_text(file.read_text("utf-8").replace("value: 1900", "value: 2100"), "utf-8")
        await live.page.get_by_label("Un fichier .zip").set_input_files(file)
        await live.page.get_by_role("button", name="Comparer avec le brouillon").focus()
        await live.page.keyboard.press("Enter")
        await expect(live.page.get_by_role("heading", name="Changés")).to_be_visible()
        await live.sound()
        assert await live.page.evaluate("document.documentElement.scrollWidth") <= width
        await live.page.get_by_role("button", name="Prendre dans le brouillon").click()
        await expect(live.page.get_by_role("heading", name=PRICE)).to_be_visible()
