"""The page of one screen: every language and channel, its line, transitions and sizes."""

from __future__ import annotations

import re

import pytest
from markupsafe import escape

from authoring.diff.changes import screen_title
from server import SERVICES
from state.menu.schema import LookUpScreen
from tests.support.browser import Making
from tests.support.map_reader import page, serve

pytestmark = pytest.mark.slow


async def test_screen_page_shows_every_language_and_channel(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        edition = client.app[SERVICES].conversation.menus.current
        assert edition.journeys.screens
        assert edition.menus
        for name, screen in edition.journeys.screens.items():
            text = await page(client, f"ecran/{name}")
            if isinstance(screen, LookUpScreen):
                assert "Personne ne voit cet écran" in text
                continue
            for code in edition.menus:
                assert f'id="langue-{code}"' in text, (name, code)
                assert f"/bureau/?ecran={name}&amp;langue={code}" in text or name in edition.journeys.sent
            for channel in ("USSD (Africa&#39;s Talking)", "WhatsApp", "Telegram"):
                assert text.count(f"<h3>{channel} : ") == len(edition.menus) or name in edition.journeys.sent


async def test_screen_page_shows_line_transitions_and_sizes(our_settings: Making) -> None:
    settings = our_settings()
    async with serve(settings) as client:
        text = await page(client, "ecran/exams.seat")
        line = (settings.menus / "exams.yaml").read_text("utf-8").splitlines().index("  seat:") + 1
        assert f"exams.yaml:{line}" in text
        assert re.search(r"1/1 · \d+ sur 178 septets \(GSM 7 bits\)", text)
        assert re.search(r"1/1 · \d+ sur 1024 signes", text)
        assert '<a href="/bureau/ecran/exams.which_exam">Quel examen ?</a>, la ligne choisie' in text
        title = re.escape(str(escape(screen_title(client.app[SERVICES].conversation.menus.current, "exams.seat"))))
        assert re.search(rf'<h1>{title} <small class="screen-id"><code>exams.seat</code></small></h1>', text)
        assert 'la réponse → <a href="/bureau/ecran/exams.search">' in text
