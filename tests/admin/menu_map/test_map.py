"""The map on the desk: everything that is in the menus is drawn once, in colours that say what is known of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from admin.menu_map import map_page
from analytics.counters import Figure
from analytics.repository import Passage, UsageRepository
from authoring.diff.changes import screen_title
from reporting.time_zone import zone
from server import SERVICES
from state.errors import SourceUnavailable
from tests.support.browser import Making
from tests.support.map_reader import SVG, after, box, page, serve, svg

pytestmark = pytest.mark.slow


async def test_map_draws_every_screen_and_transition_once(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        journeys = client.app[SERVICES].conversation.menus.current.journeys
        assert journeys.files
        for journey in journeys.files:
            drawing = svg(await page(client, f"plan/{journey}"))
            boxes = Counter(one.get("href") for one in drawing.iter(f"{SVG}a"))
            edges = Counter((one.get("data-from"), one.get("data-to")) for one in drawing.iter(f"{SVG}path")
                           if one.get("class") == "way")  # fmt: skip
            own = [name for name in journeys.screens if name.startswith(f"{journey}.")]
            led = {(name, to) for name in own for _, to in journeys.graph[name]}
            assert boxes == Counter({f"/bureau/ecran/{name}": 1 for name in {*own, *(to for _, to in led)}})
            assert edges == Counter(dict.fromkeys(led, 1))


async def test_overview_draws_every_journey_and_their_links(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        text = await page(client, "plan")
        files = client.app[SERVICES].conversation.menus.current.journeys.files
        paths = [one.get("href", "").partition("?")[0] for one in svg(text).iter(f"{SVG}a")]
        assert sorted(paths) == sorted(f"/bureau/plan/{name}" for name in files)
        (title,) = [
            one.text
            for one in svg(text).iter(f"{SVG}title")
            if (one.text or "").startswith("« Accueil » → « Résultats d'examens » :")
        ]
        assert title
        assert "3 Résultats d'examens" in title


async def test_labels_are_inputs_and_texts_of_citizens(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        edition = client.app[SERVICES].conversation.menus.current
        names = edition.journeys.files["exams"].screens
        named = {name: screen_title(edition, f"exams.{name}") for name in names}
        assert named["search"].startswith("recherche, après « ")
        titles = [one.text for one in svg(await page(client, "plan/exams")).iter(f"{SVG}title")]
        for title in (
            "« {result} » → « {advice} » : 1 Que faire maintenant",
            "« {result} » → « {result_message} » : message : 3 Recevoir par message",
            "« {search} » → « {later} » : « trop long » ; « indisponible »",
            "« {seat} » → « {search} » : la réponse",
        ):
            assert title.format(**named) in titles
        assert not [one for one in titles if one and "exams." in one.partition(" (")[0]]


async def test_map_marks_a_screen_of_many_pages(our_settings: Making) -> None:
    settings = our_settings()
    async with serve(settings) as client:
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
async def test_broken_file_keeps_last_map_and_shows_place(our_settings: Making, broken: str) -> None:
    settings = our_settings()
    async with serve(settings) as client:
        good = svg(await page(client, "plan/exams"))
        await after(client, settings.menus / "exams.yaml", *BREAKS[broken])
        text = await page(client, "plan/exams")
        assert len(list(svg(text).iter(f"{SVG}a"))) == len(list(good.iter(f"{SVG}a")))
        assert re.search(r'role="alert">.*exams\.yaml:\d+:\d+</code>', text, re.DOTALL)
        assert "bad" in (box(text, "ecran/exams.which_exam").get("class") or "").split()
        assert "bad" in (box(await page(client, "plan"), "plan/exams").get("class") or "").split()
        await after(client, settings.menus / "exams.yaml", *reversed(BREAKS[broken]))
        assert 'role="alert"' not in await page(client, "plan/exams")


@pytest.mark.parametrize(
    ("path", "text"), [("plan/zut", "pas de parcours « zut »"), ("ecran/exams.zut", "pas d'écran « exams.zut »")]
)
async def test_unknown_journey_or_screen_is_404_in_french(our_settings: Making, path: str, text: str) -> None:
    async with serve(our_settings()) as client:
        assert text.replace("'", "&#39;") in await page(client, path, 404)
        assert "<script>" not in await page(client, "plan/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404)


async def test_html_in_menu_texts_is_escaped(our_settings: Making) -> None:
    settings, nasty = our_settings(), "<script>alert(1)</script>\\\" onload='x' &amp;"
    async with serve(settings) as client:
        await after(client, settings.menus / "exams.yaml", "title: Résultats d'examens", f'title: "{nasty}"')
        await after(client, settings.menus / "exams.yaml", "say: Quel examen ?", f'say: "{nasty}"')
        await after(client, settings.menus / "exams.yaml", "label: Série et centre", f'label: "{nasty}"')
        for path in ("plan", "plan/exams", "ecran/exams.which_exam", "ecran/exams.result"):
            text = await page(client, path)
            assert "<script>" not in text
            assert "&lt;script&gt;" in text
            assert "style=" not in text
        svg(await page(client, "plan/exams"))


async def test_language_colours_count_complete_translations(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        text = await page(client, "plan/exams?couleur=langues")
        assert "3 langues sur 3" in "".join(box(text, "ecran/exams.which_exam").itertext())
        assert "Dendi : 0 textes sur" in "".join(box(text, "ecran/exams.which_exam").itertext())
        assert "rien à traduire" in "".join(box(text, "ecran/exams.search").itertext())


# Screen of exams: how often it was come to, left for another one, and given an input that meant nothing.
PASSED = {"which_exam": (1000, 950, 0), "seat": (950, 600, 7), "result": (300, 30, 0), "later": (0, 0, 0)}


async def test_passage_colours_show_where_citizens_stop(our_settings: Making) -> None:
    today = datetime.now(zone()).date()
    days = ((today, 1), (today - timedelta(days=30), 1000))  # only the last thirty days count
    async with serve(our_settings()) as client:
        await UsageRepository(client.app[SERVICES].database).add(
            Figure(day, 9, what, f"exams.{screen}", many * times)
            for day, times in days
            for screen, numbers in PASSED.items()
            for what, many in zip(("arrived", "went_on", "missed"), numbers, strict=True)
            if many
        )
        text = await page(client, "plan/exams?couleur=passage")
        levels = {name: (box(text, f"ecran/exams.{name}").get("class") or "").split()[1] for name in PASSED}
        assert levels == {"which_exam": "good", "seat": "some", "result": "none", "later": "none"}
        assert "950 venus, 37\u202f% arrêtés" in text
        assert "7 réponses mal tapées" in text
        assert "300 venus, but atteint" in text


async def test_map_opens_without_usage_counters(our_settings: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: Any) -> Mapping[str, Passage]:
        raise SourceUnavailable("no registry")

    monkeypatch.setattr(map_page, "traffic", down)
    async with serve(our_settings()) as client:
        assert "pas compté" in await page(client, "plan/exams?couleur=passage")
