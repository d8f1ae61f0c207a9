"""The page of figures and its CSV file: in a browser, by request, and as read from the registry."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from admin.analytics.journey_report import funnels
from admin.analytics.usage_report import questions
from analytics.counters import Counters, Figure, figures_of
from analytics.people import DistinctCitizens
from analytics.repository import Passage, UsageRepository, every, over_time, totals, traffic
from authoring.replay.sandbox import ROOM
from reporting.charts import Words, columns, funnel
from server import SERVICES
from state.interfaces import Inbound
from tests.support.admin_client import open_admin_site, sign_in
from tests.support.browser import Making, chromium, live_desk
from tests.support.conversation import Town
from tests.support.database import Registry
from tests.support.usage import Counted, add

DAY = date(2026, 11, 24)


async def test_usage_is_read_for_the_period_only(registry: Registry) -> None:
    for of_day, many in ((23, 1), (24, 10), (25, 100)):
        await add(
            registry.database,
            Figure(date(2026, 11, of_day), 8, "calls", "test", many),
            Figure(date(2026, 11, of_day), 9, "calls", "test", many),
            Figure(date(2026, 11, of_day), 9, "arrived", "home.welcome", many),
            Figure(date(2026, 11, of_day), 9, "missed", "home.bye", many),
        )
    assert (await totals(registry.database, DAY, DAY))["calls"] == {"test": 20}
    assert (await totals(registry.database, DAY, date(2026, 11, 30)))["calls"] == {"test": 220}
    assert await over_time(registry.database, "calls", DAY, DAY) == {(DAY, 8): 10, (DAY, 9): 10}
    assert await traffic(registry.database, date(2026, 11, 1), DAY, ("home.bye",)) == {
        "home.welcome": Passage(arrived=11),
        "home.bye": Passage(missed=11, is_goal=True),
    }
    assert [(one.hour, one.what) for one in await every(registry.database, DAY, DAY)] == [
        (8, "calls"),
        (9, "arrived"),
        (9, "calls"),
        (9, "missed"),
    ]


async def test_funnel_shows_where_calls_stopped(registry: Registry) -> None:
    here = Counted(registry.database)
    for number, inputs in enumerate(("", "7", "7*1", "7*1", "7*1*5", "3", "7*9")):
        phone = here.town.phone(f"+229019000000{number}")
        await phone.dial()
        for typed in filter(None, inputs.split("*")):
            await phone.type(typed)
    found = {"arrived": await here.kept("arrived"), "went_on": await here.kept("went_on")}
    found["missed"] = await here.kept("missed")
    by_title = {funnel.title: funnel for funnel in funnels(found, here.town.menus.current)}
    steps = by_title["Fruits"].steps
    stops = {stop.screen: (stop.passage.arrived, stop.passage.given_up, stop.share) for stop in steps}
    assert stops == {"which": (5, 2, 40), "many": (3, 2, 67), "shown": (1, 0, 0)}
    assert {stop.screen: stop.passage.is_goal for stop in by_title["Fruits"].steps} == {
        "which": False,
        "many": False,
        "shown": True,
    }
    assert steps[0].passage.missed == 1
    assert [stop.screen for stop in by_title["Accueil"].steps] == ["welcome", "bye"]


def test_removed_screens_come_last_in_a_funnel() -> None:
    found = {"arrived": {"old.one": 2, "fruits.gone": 1, "fruits.which": 3}}
    report = list(funnels(found, Town().menus.current))
    assert [(funnel.title, [stop.screen for stop in funnel.steps]) for funnel in report] == [
        ("Fruits", ["which", "gone"]),
        ("old (parcours retiré)", ["one"]),
    ]


def test_source_answers_are_grouped_by_question() -> None:
    counters = Counters()
    walk = {"exams.result found 0.05": 8, "exams.result found 1": 2, "exams.result late more": 1, "a.b unknown 0.01": 1}
    for of, many in walk.items():
        counters.add("asked", of, many, 0.0)
    found = {"asked": {figure.of: figure.many for figure in figures_of(counters.drain())}}
    first, second = questions(found)
    assert (first.question, first.answers, first.slow) == ("exams.result", 11, 3)
    assert (first.slowest, first.others) == ("plus de 3 s", "en retard : 1")
    assert (second.slowest, second.others) == ("0,01 s", "rien trouvé : 1")


def test_charts_have_titles_and_no_inline_style() -> None:
    drawn = columns(Words("a", "Par <heure>", "Rien."), [(f"{hour} h", hour) for hour in range(24)], str)
    assert drawn.count("<rect") == 24
    assert "Par &lt;heure&gt;" in drawn
    drawn_funnel = funnel(Words("b", "Parcours", "Trois."), [("un_écran_au_nom_très_long", 10, 4), ("deux", 0, 0)], str)
    assert "un_écran_au…" in drawn_funnel
    assert "style" not in drawn + drawn_funnel
    assert columns(Words("c", "Vide", ""), [("0", 0)], str)


async def test_csv_needs_sign_in_and_names_its_type(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        assert (await client.get("/bureau/chiffres.csv", allow_redirects=False)).status == 303
        await sign_in(client, "viewer")
        await UsageRepository(client.app[SERVICES].database).add([Figure(DAY, 8, "calls", "test", 7)])
        answer = await client.get("/bureau/chiffres.csv?jour=2026-11-24")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="zin-2026-11-24.csv"'
        raw = await answer.read()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert "2026-11-24;8;appels;test;7" in raw.decode("utf-8-sig")
        assert (await client.get("/bureau/chiffres.csv?mois=hier")).status == 400


async def test_page_reports_invalid_and_empty_periods(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        wrong = await client.get("/bureau/chiffres?jour=hier<b>")
        assert wrong.status == 400
        page = await wrong.text()
        assert "« hier&lt;b&gt; » : il faut un jour comme 2026-11-24" in page
        empty = await (await client.get("/bureau/chiffres?mois=2021-05")).text()
        assert "Personne n'a appelé ni écrit ce mois-là." in empty
        assert "pas connu" in empty
        assert "chiffres?mois=2021-04" in empty


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
async def test_page_counts_calls_and_is_accessible(our_settings: Making, width: int) -> None:
    priced = our_settings(sms_price=5.0, ussd_price=2.0)
    async with chromium() as browser, live_desk(priced, browser, width) as here:
        parts = here.parts
        for number, text in enumerate(("", "3*1*12345", "1*1", "9", "3*1", "1*3*zzzzzz")):
            inbound = Inbound(
                "africastalking_ussd", f"+229019600000{number}", f"s{number}", text, inputs_are_cumulative=True
            )
            await parts.conversation.handle(inbound, ROOM)
        parts.counters.sent("sms", 2, datetime.now(UTC).timestamp())
        await UsageRepository(parts.database).add(figures_of(parts.counters.drain()))
        await DistinctCitizens(parts.store).add(parts.counters.visits)
        await here.go("/bureau/chiffres")
        heads = " ".join((await here.page.inner_text(".heads")).split())
        assert "Appels et conversations 6" in heads
        assert "Personnes ≈ 6" in heads
        assert "Coût des SMS 10 F" in heads
        assert "Coût des appels 12 F" in heads
        assert "Résultats d'examens" in await here.page.inner_text("main")
        await here.sound()
        await here.page.click("text=Tout le mois")
        await here.page.wait_for_url("**/chiffres?mois=*")
        assert "Jour par jour" in await here.page.inner_text("main")
        await here.sound()
        await here.page.click("a[rel=prev]")
        await here.page.wait_for_selector("text=ce mois-là")
        assert await here.page.evaluate("document.documentElement.scrollWidth") <= width
