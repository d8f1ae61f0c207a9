"""A rehearsal's figures, and the page that shows them: whole in itself, in plain words, for every eye and ear."""

from __future__ import annotations

import re
from typing import Any

import pytest

from loadtest.latency import Latency
from loadtest.metrics import BOUNDS
from loadtest.recorder import Worth
from loadtest.report_html import decimal, duration
from loadtest.report_page import page
from reporting.charts import Axis, Series, Words, bars, lines
from reporting.french import format_number
from tests.support.load_test_report import Read, made

RIGHT: Worth = "right"
STEADY = tuple((at / 10, 0.004, RIGHT) for at in range(300))  # ten a second for half a minute
RUSH = tuple((12 + at / 100, 0.5, RIGHT) for at in range(200))  # and 100 a second for two seconds


def test_metrics_match_the_recorded_hops() -> None:
    found = made(*STEADY, *RUSH)
    assert found.total.asked == 500
    assert found.total.worths["right"] == 500
    assert found.seconds == pytest.approx(29.904)
    assert found.busiest.second == pytest.approx(110, abs=1)
    assert found.busiest.ten_seconds == pytest.approx(30, abs=0.2)
    assert found.ended_per_second == pytest.approx(500 / 29.904)
    assert [found.total.latency.p50, found.total.latency.p90] == pytest.approx([4, 500])
    assert found.busiest.latency.many == pytest.approx(300, abs=8)
    assert sum(found.histogram) == 500
    assert found.histogram[BOUNDS.index(5)] == 300
    assert found.histogram[BOUNDS.index(500)] == 200
    assert found.behind == pytest.approx(12)
    assert found.cpu == pytest.approx(2 / 29.904)
    (process,) = found.processes
    assert (process.memory_before, process.memory, process.cpu, process.gone) == (50, 90, 2.0, True)


def test_slices_add_up_to_the_whole() -> None:
    found = made(*STEADY, *RUSH)
    assert sum(one.latency.many for one in found.slices) == 500
    assert {one.at for one in found.slices} == set(range(30))
    assert found.slices[12].asked == 110
    assert found.slices[0].asked == 10


RANKS = [
    ([], (0, 0, 0, 0)),
    ([7], (7, 7, 7, 7)),
    (range(1, 101), (50, 90, 99, 100)),
    (range(1, 11), (5, 9, 10, 10)),
]


@pytest.mark.parametrize(("milliseconds", "ranks"), RANKS)
def test_percentiles_are_recorded_values(milliseconds: Any, ranks: tuple[float, ...]) -> None:
    found = Latency.of(one / 1000 for one in reversed(milliseconds))
    assert (found.p50, found.p90, found.p99, found.most) == pytest.approx(ranks)
    assert found.many == len(milliseconds)


def test_page_shows_metrics_without_outside_references() -> None:
    html = page(made(*STEADY, *RUSH))
    read = Read(html)
    for text in ("500", "200", "500\u202fms", "4\u202fms", "90 Mo", "4242 (arrêté)", "15/07/2026 à 00:00 UTC"):
        assert text in read.text, text
    assert not [one for one in read.attributes if one[1] in ("src", "href", "srcset", "onclick")]
    assert not re.search(r"url\(|@import|<script|<link", html)
    assert ("html", "lang", "fr") in read.attributes
    assert ("meta", "name", "viewport") in read.attributes


def test_every_chart_has_a_description_and_table() -> None:
    read = Read(page(made(*STEADY)))
    plots = [value for tag, name, value in read.attributes if (tag, name) == ("svg", "aria-labelledby")]
    named = [value for _, name, value in read.attributes if name == "id"]
    assert len(plots) == read.elements["figure"] == 4
    assert len(set(named)) == len(named)
    assert sorted(" ".join(plots).split()) == sorted(named)
    about = [text for tag, text in read.texts if tag == "desc"]
    assert len(about) == 4
    assert all(re.search(r"\d", text) for text in about)
    assert read.elements["details"] == 4 + 1
    assert read.elements["table"] == read.elements["caption"]


SAID = [
    (("right", "right"), "Aucune réponse fausse, aucune panne."),
    (("right", "shed"), "Citoyens priés de rappeler : 1."),
    (("taken",), "Réponses parties par message, et non lues : 1."),
    (("right", "wrong"), "À regarder avant le jour des résultats"),
    (("error",), "À regarder avant le jour des résultats"),
    (("missing",), "À regarder avant le jour des résultats"),
]


@pytest.mark.parametrize(("worths", "sentence"), SAID)
def test_page_begins_with_a_conclusion(worths: tuple[Worth, ...], sentence: str) -> None:
    found = made(*((at / 10, 0.01, worth) for at, worth in enumerate(worths)))
    strong = [text for tag, text in Read(page(found)).texts if tag == "strong"]
    assert len(strong) == 1
    assert sentence in strong[0]
    assert ("Réponses fausses" in page(found)) == ("wrong" in worths)
    assert ("status 500" in page(found)) == ("error" in worths)


def test_outside_texts_are_escaped() -> None:
    found = made(*STEADY, session="<script>&\"'", errors={"<b>": 1})
    assert "<script>" not in page(found)
    assert "<b>" not in page(found)
    assert "&lt;script&gt;&amp;" in page(found)


@pytest.mark.parametrize("took", [0.0, 1e-5, 0.003, 60.0])
def test_one_look_up_makes_a_page(took: float) -> None:
    assert "1 recherches" in Read(page(made((0.0, took, RIGHT)))).text


LINES = [
    ([0.0, 0.0], False),
    ([0.0, 1234.5], False),
    ([1e9, 1e-3], False),
    ([0.0, 0.0], True),
    ([0.02, 9999.0], True),
    ([10.0, 10.0], True),
]


@pytest.mark.parametrize(("values", "by_magnitude"), LINES)
def test_line_stays_within_its_chart(values: list[float], by_magnitude: bool) -> None:
    svg = lines(Words("n", "t", "a"), [0.0, 5.0], [Series("s", values)], Axis(format_number, by_magnitude))
    points, piece = re.findall(r'points="([^"]+)"', svg)
    assert piece == "0,4 28,4"
    for x, y in (map(float, point.split(",")) for point in points.split()):
        assert 0 <= x <= 360
        assert 0 <= y <= 220
    assert "nan" not in svg


def test_bar_lengths_are_proportional() -> None:
    svg = bars(Words("n", "t", "a"), [("a", 50.0), ("b", 100.0), ("c", 0.0)], format_number)
    half, whole, none = (float(one) for one in re.findall(r'<rect class="bar"[^>]* width="([\d.]+)"', svg))
    assert half == pytest.approx(whole / 2, abs=0.1)
    assert none == 0


WRITTEN = [
    (format_number(1_031_673), "1\u202f031\u202f673"),
    (decimal(0.04), "0"),
    (decimal(12.34), "12,3"),
    (decimal(12.0), "12"),
    (decimal(99.96), "100"),
    (duration(0), "0\u202fs"),
    (duration(0.42), "0,4\u202fms"),
    (duration(999), "999\u202fms"),
    (duration(1500), "1,5\u202fs"),
    (duration(60_000), "1\u202fmin"),
    (duration(605_000), "10\u202fmin 5\u202fs"),
]


@pytest.mark.parametrize(("written", "as_in_french"), WRITTEN)
def test_numbers_are_formatted_in_french(written: str, as_in_french: str) -> None:
    assert written == as_in_french
