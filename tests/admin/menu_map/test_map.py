"""The map on the desk: everything that is in the menus is drawn once, in colours that say what is known of it."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from aiohttp.test_utils import TestClient, TestServer

from admin.menu_map import map_page
from analytics.counters import Figure
from analytics.repository import Passage, UsageRepository
from reporting.french import BENIN
from server import SERVICES, build
from settings import Settings
from state.errors import Problem, SourceUnavailable
from state.menu.schema import LookUpScreen
from tests.support.browser import Making, chromium, live_desk

Client = TestClient[Any, Any]
SVG = "{http://www.w3.org/2000/svg}"


@asynccontextmanager
async def desk(settings: Settings) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build(settings))) as client:
        yield client


async def page(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(f"/bureau/{path}")
    assert answer.status == status, path
    return await answer.text()


def svg(text: str) -> ElementTree.Element:
    """The drawing on a page, which must be well-formed XML."""
    found = re.search(r"<svg.*</svg>", text, re.DOTALL)
    assert found
    return ElementTree.fromstring(found[0])


def box(text: str, path: str) -> ElementTree.Element:
    return next(one for one in svg(text).iter(f"{SVG}a") if one.get("href", "").partition("?")[0] == f"/bureau/{path}")


async def after(client: Client, file: Path, old: str, new: str) -> None:
    """Change a file and wait until the server has taken it up, or told what is wrong with it."""
    parts = client.app[SERVICES]

    def known() -> tuple[str, tuple[Problem, ...]]:
        return parts.conversation.menus.current.version, parts.change_feed.problems

    before = known()
    async with asyncio.timeout(30):
        while known() == before:
            turn = parts.change_feed.revision
            replace_in(file, old, new)  # again, if the server was not watching yet
            with suppress(TimeoutError):
                await asyncio.wait_for(parts.change_feed.after(turn), 2)


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text or new in text
    file.write_text(text.replace(old, new) if old in text else text, "utf-8")


async def test_every_screen_and_every_way_of_our_menus_is_drawn_once(our_settings: Making) -> None:
    async with desk(our_settings()) as client:
        journeys = client.app[SERVICES].conversation.menus.current.journeys
        for journey in journeys.files:
            drawing = svg(await page(client, f"plan/{journey}"))
            boxes = Counter(one.get("href") for one in drawing.iter(f"{SVG}a"))
            ways = Counter((one.get("data-from"), one.get("data-to")) for one in drawing.iter(f"{SVG}path")
                           if one.get("class") == "way")  # fmt: skip
            own = [name for name in journeys.screens if name.startswith(f"{journey}.")]
            led = {(name, to) for name in own for _, to in journeys.graph[name]}
            assert boxes == Counter({f"/bureau/ecran/{name}": 1 for name in {*own, *(to for _, to in led)}})
            assert ways == Counter(dict.fromkeys(led, 1))


async def test_the_overview_has_every_journey_and_how_they_lead_to_one_another(our_settings: Making) -> None:
    async with desk(our_settings()) as client:
        text = await page(client, "plan")
        files = client.app[SERVICES].conversation.menus.current.journeys.files
        paths = [one.get("href", "").partition("?")[0] for one in svg(text).iter(f"{SVG}a")]
        assert sorted(paths) == sorted(f"/bureau/plan/{name}" for name in files)
        assert "home → exams : 3 Résultats d'examens" in [one.text for one in svg(text).iter(f"{SVG}title")]


async def test_labels_are_what_citizens_type_and_read(our_settings: Making) -> None:
    async with desk(our_settings()) as client:
        titles = [one.text for one in svg(await page(client, "plan/exams")).iter(f"{SVG}title")]
        for title in (
            "exams.result → exams.advice : 1 Que faire maintenant",
            "exams.result → exams.result_message : message : 4 Recevoir par message",
            "exams.search → exams.later : « trop long » ; « indisponible »",
            "exams.seat → exams.search : la réponse",
        ):
            assert title in titles


async def test_a_screen_in_too_many_pages_is_coloured_and_told(our_settings: Making) -> None:
    settings = our_settings()
    async with desk(settings) as client:
        assert "some" not in (box(await page(client, "plan/help"), "ecran/help.keys").get("class") or "")
        await after(client, settings.menus / "help.yaml", "puis envoyez.", "Une phrase qui n'en finit pas. " * 30)
        text = await page(client, "plan/help")
        assert "some" in (box(text, "ecran/help.keys").get("class") or "").split()
        assert "! 1 avertissement" in "".join(box(text, "ecran/help.keys").itertext())
        assert "good" in (box(text, "ecran/help.topics").get("class") or "").split()
        assert "raccourcissez" in await page(client, "plan")


BREAKS: Mapping[str, tuple[str, str]] = {
    "leads nowhere": ("to: seat, empty", "to: seta, empty"),
    "is no YAML": ("keep: exam, to", "keep: exam] to"),
}


@pytest.mark.parametrize("broken", BREAKS)
async def test_a_broken_file_leaves_the_last_good_map_and_is_told_where(our_settings: Making, broken: str) -> None:
    settings = our_settings()
    async with desk(settings) as client:
        good = svg(await page(client, "plan/exams"))
        await after(client, settings.menus / "exams.yaml", *BREAKS[broken])
        text = await page(client, "plan/exams")
        assert len(list(svg(text).iter(f"{SVG}a"))) == len(list(good.iter(f"{SVG}a")))
        assert re.search(r'role="alert">.*exams\.yaml:\d+:\d+</code>', text, re.DOTALL)
        assert "bad" in (box(text, "ecran/exams.which_exam").get("class") or "").split()
        assert "bad" in (box(await page(client, "plan"), "plan/exams").get("class") or "").split()
        await after(client, settings.menus / "exams.yaml", *reversed(BREAKS[broken]))
        assert 'role="alert"' not in await page(client, "plan/exams")


async def test_every_screen_is_shown_in_every_language_on_every_channel(our_settings: Making) -> None:
    async with desk(our_settings()) as client:
        edition = client.app[SERVICES].conversation.menus.current
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


async def test_a_screen_tells_its_line_its_ways_and_what_its_pages_take(our_settings: Making) -> None:
    settings = our_settings()
    async with desk(settings) as client:
        text = await page(client, "ecran/exams.seat")
        line = (settings.menus / "exams.yaml").read_text("utf-8").splitlines().index("  seat:") + 1
        assert f"exams.yaml:{line}" in text
        assert re.search(r"1/1 · \d+ sur 178 septets \(GSM 7 bits\)", text)
        assert re.search(r"1/1 · \d+ sur 1024 signes", text)
        assert '<a href="/bureau/ecran/exams.result">exams.result</a>, 3 Autre numéro' in text
        assert 'la réponse → <a href="/bureau/ecran/exams.search">' in text


@pytest.mark.parametrize(
    ("path", "said"), [("plan/zut", "pas de parcours « zut »"), ("ecran/exams.zut", "pas d'écran « exams.zut »")]
)
async def test_what_is_not_there_is_told_in_french(our_settings: Making, path: str, said: str) -> None:
    async with desk(our_settings()) as client:
        assert said.replace("'", "&#39;") in await page(client, path, 404)
        assert "<script>" not in await page(client, "plan/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404)


async def test_words_with_signs_of_html_are_words_and_nothing_else(our_settings: Making) -> None:
    settings, nasty = our_settings(), "<script>alert(1)</script>\\\" onload='x' &amp;"
    async with desk(settings) as client:
        await after(client, settings.menus / "exams.yaml", "title: Résultats d'examens", f'title: "{nasty}"')
        await after(client, settings.menus / "exams.yaml", "say: Quel examen ?", f'say: "{nasty}"')
        await after(client, settings.menus / "exams.yaml", "label: Série et centre", f'label: "{nasty}"')
        for path in ("plan", "plan/exams", "ecran/exams.which_exam", "ecran/exams.result"):
            text = await page(client, path)
            assert "<script>" not in text
            assert "&lt;script&gt;" in text
            assert "style=" not in text
        svg(await page(client, "plan/exams"))


async def test_languages_colour_a_screen_by_how_many_have_all_its_words(our_settings: Making) -> None:
    async with desk(our_settings()) as client:
        text = await page(client, "plan/home?couleur=langues")
        assert "3 langue(s) sur 4" in "".join(box(text, "ecran/home.welcome").itertext())
        assert "Dendi : 0 textes sur" in "".join(box(text, "ecran/home.welcome").itertext())
        assert "rien à traduire" in "".join(
            box(await page(client, "plan/exams?couleur=langues"), "ecran/exams.search").itertext()
        )


# Screen of exams: how often it was come to, left for another one, and given an input that meant nothing.
PASSED = {"which_exam": (1000, 950, 0), "seat": (950, 600, 7), "result": (300, 30, 0), "later": (0, 0, 0)}


async def test_passages_colour_a_screen_by_how_many_stop_there(our_settings: Making) -> None:
    today = datetime.now(BENIN).date()
    days = ((today, 1), (today - timedelta(days=30), 1000))  # what is older than thirty days is not told
    async with desk(our_settings()) as client:
        await UsageRepository(client.app[SERVICES].database).add(
            Figure(day, 9, what, f"exams.{screen}", many * times)
            for day, times in days
            for screen, numbers in PASSED.items()
            for what, many in zip(("arrived", "went_on", "missed"), numbers, strict=True)
            if many
        )
        text = await page(client, "plan/exams?couleur=passage")
        levels = {name: (box(text, f"ecran/exams.{name}").get("class") or "").split()[1] for name in PASSED}
        assert levels == {"which_exam": "good", "seat": "some", "result": "bad", "later": "none"}
        assert "950 venus, 37\u202f% arrêtés" in text
        assert "7 réponses mal tapées" in text


async def test_the_map_opens_without_figures(our_settings: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: Any) -> Mapping[str, Passage]:
        raise SourceUnavailable("no registry")

    monkeypatch.setattr(map_page, "traffic", down)
    async with desk(our_settings()) as client:
        assert "pas compté" in await page(client, "plan/exams?couleur=passage")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
async def test_in_a_browser_a_screen_is_reached_from_the_map_by_keyboard(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await live.go("/bureau/plan")
        await live.sound()
        await live.page.focus('svg a[href^="/bureau/plan/exams"]')
        await live.page.keyboard.press("Enter")
        await live.page.wait_for_url("**/bureau/plan/exams?*")
        await live.sound()
        assert await live.page.evaluate(OVERFLOWING) == []
        await live.page.click('svg a[href="/bureau/ecran/exams.seat"]')
        await live.page.wait_for_url("**/bureau/ecran/exams.seat")
        await live.sound()
        assert await live.page.get_by_role("link", name="Essayer cet écran en Yorùbá").count() == 1


OVERFLOWING = """() => [...document.querySelectorAll("svg.map g.label, svg.map a.box")].flatMap((group) => {
  const frame = group.querySelector("rect").getBBox();
  return [...group.querySelectorAll("text")].filter((text) => {
    const own = text.getBBox();
    return own.x < frame.x || own.x + own.width > frame.x + frame.width || own.y + own.height > frame.y + frame.height;
  }).map((text) => text.textContent);
})"""
