"""The messages that ministries' systems send, on a page: as citizens read them, in each language, with their parts."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from catalog.entries import read_entries
from catalog.message_texts import longest_text
from server import SERVICES
from state.text.sms_parts import split_sms
from tests.support.admin_client import open_admin_site, sign_in
from tests.support.browser import Making
from tests.support.map_reader import page, serve
from tests.support.menu_copies import menus_in

pytestmark = pytest.mark.slow


async def test_every_message_stands_in_every_language(our_settings: Making) -> None:
    settings = our_settings()
    files = read_entries(settings.menus).messages
    assert files
    async with serve(settings) as client:
        shown = unescape(await page(client, "messages/modeles"))
        menus = client.app[SERVICES].conversation.menus.current.menus
    assert len(menus) > 1
    for name, file in files.items():
        assert f"menus/messages/{name}.yaml" in shown
        for menu in menus.values():
            text = longest_text(file, menu)
            assert text in shown, menu.wording.language.code
            parts = len(split_sms(text))
            assert f"{parts} partie{'s' if parts > 1 else ''} de SMS" in shown


async def test_page_says_that_there_are_none(our_settings: Making) -> None:
    settings = our_settings()
    shutil.rmtree(settings.menus / "messages")
    async with serve(settings) as client:
        assert "est vide" in unescape(await page(client, "messages/modeles"))


def copy_of_a_message(menus: Path) -> None:
    """A message of justice that nobody asks for, as the small menu has no question."""
    (menus / "messages").mkdir()
    written = Path("menus/messages/document-pret.yaml").read_text("utf-8")
    (menus / "messages/document-pret.yaml").write_text(re.sub(r"(?m)^asked: .*\n", "", written), "utf-8")


async def test_account_of_a_ministry_reads_the_messages_of_its_own(valkey_url: str, tmp_path: Path) -> None:
    menus = menus_in(tmp_path)
    copy_of_a_message(menus)
    async with open_admin_site(valkey_url, tmp_path / "data", menus=menus) as client:
        await sign_in(client, "viewer", ministry="sante")
        assert "document-pret" not in await page(client, "messages/modeles")
        await sign_in(client, "viewer", "bio", ministry="justice")
        assert "document-pret" in await page(client, "messages/modeles")
