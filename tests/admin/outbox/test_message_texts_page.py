"""The messages that ministries' systems send, on a page: as citizens read them, in each language, with their parts."""

from __future__ import annotations

import shutil
from html import unescape

import pytest

from catalog.entries import read_entries
from catalog.message_texts import longest_text
from server import SERVICES
from state.text.sms_parts import split_sms
from tests.support.browser import Making
from tests.support.map_reader import page, serve

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
