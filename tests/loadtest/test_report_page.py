"""A rehearsal's figures, and the page that shows them: whole in itself, in plain words, for every eye and ear."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from loadtest.answer_parser import AnswerParser
from loadtest.fake_gateways import FakeGateways
from loadtest.latency import Latency
from loadtest.metrics import BOUNDS, Figures, compute_figures
from loadtest.plan import Plan
from loadtest.process_stats import ProcessStats
from loadtest.recorder import Recorder, Worth
from loadtest.report_html import decimal, duration
from loadtest.report_page import page
from reporting.charts import Axis, Series, Words, bars, lines
from reporting.french import format_number
from tests.support.results_server import CANDIDATES

ALONE = {"meta", "br", "line", "polyline", "rect"}


def made(*hops: tuple[float, float, Worth], **more: Any) -> Figures:
    """The figures of USSD look-ups of one hop each: when it was due, how long it took, and what it was worth."""
    tally = Recorder(began=100.0, behind=0.012)
    for due, took, worth in hops:
        tally.record_asked("ussd", 100 + due)
        tally.record_hop("ussd", 100 + due, 100 + due + took)
        tally.record_end("ussd", worth, "123456", 100 + due + took)
    if any(worth == "error" for _, _, worth in hops):
        tally.errors["status 500"] += 1
    mail = FakeGateways(AnswerParser((), (), ""), lambda *_: None, lambda: 0.0)
    watched = [ProcessStats(4242, 50_000_000, 90_000_000, 1.0, 3.0, gone=True)]
    return replace(compute_figures(Plan(CANDIDATES), tally, mail, watched, (1_784_073_600.0, 2.0)), **more)


RIGHT: Worth = "right"
STEADY = tuple((at / 10, 0.004, RIGHT) for at in range(300))  # ten a second for half a minute
RUSH = tuple((12 + at / 100, 0.5, RIGHT) for at in range(200))  # and 100 a second for two seconds


def test_figures_are_those_of_what_happened() -> None:
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
def test_percentiles_are_times_that_were_taken(milliseconds: Any, ranks: tuple[float, ...]) -> None:
    found = Latency.of(one / 1000 for one in reversed(milliseconds))
    assert (found.p50, found.p90, found.p99, found.most) == pytest.approx(ranks)
    assert found.many == len(milliseconds)


class Read(HTMLParser):
    """A page with every element closed: its elements, its texts, what refers elsewhere, and its tables."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ALONE:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def text(self) -> str:
        return " ".join(text for tag, text in self.texts if tag != "style")


def test_the_page_holds_the_figures_and_is_whole_in_itself() -> None:
    html = page(made(*STEADY, *RUSH))
    read = Read(html)
    for said in ("500", "200", "500\u202fms", "4\u202fms", "90 Mo", "4242 (arrêté)", "15/07/2026 à 00:00 UTC"):
        assert said in read.text, said
    assert not [one for one in read.attributes if one[1] in ("src", "href", "srcset", "onclick")]
    assert not re.search(r"url\(|@import|<script|<link", html)
    assert ("html", "lang", "fr") in read.attributes
    assert ("meta", "name", "viewport") in read.attributes


def test_every_plot_is_told_in_words_and_has_a_table() -> None:
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


@pytest.mark.parametrize(("worths", "said"), SAID)
def test_the_page_begins_with_what_is_to_be_done(worths: tuple[Worth, ...], said: str) -> None:
    found = made(*((at / 10, 0.01, worth) for at, worth in enumerate(worths)))
    strong = [text for tag, text in Read(page(found)).texts if tag == "strong"]
    assert len(strong) == 1
    assert said in strong[0]
    assert ("Réponses fausses" in page(found)) == ("wrong" in worths)
    assert ("status 500" in page(found)) == ("error" in worths)


def test_words_from_outside_are_only_words() -> None:
    found = made(*STEADY, session="<script>&\"'", errors={"<b>": 1})
    assert "<script>" not in page(found)
    assert "<b>" not in page(found)
    assert "&lt;script&gt;&amp;" in page(found)


@pytest.mark.parametrize("took", [0.0, 1e-5, 0.003, 60.0])
def test_a_rehearsal_of_one_look_up_has_its_page_too(took: float) -> None:
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
def test_a_line_stays_within_its_plot(values: list[float], by_magnitude: bool) -> None:
    svg = lines(Words("n", "t", "a"), [0.0, 5.0], [Series("s", values)], Axis(format_number, by_magnitude))
    points, piece = re.findall(r'points="([^"]+)"', svg)
    assert piece == "0,4 28,4"
    for x, y in (map(float, point.split(",")) for point in points.split()):
        assert 0 <= x <= 360
        assert 0 <= y <= 220
    assert "nan" not in svg


def test_a_bar_is_as_long_as_its_part_of_the_longest() -> None:
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
def test_figures_are_written_as_in_french(written: str, as_in_french: str) -> None:
    assert written == as_in_french
