"""Metrics of a made-up load test, and a report page that is read back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from loadtest.answer_parser import AnswerParser
from loadtest.fake_gateways import FakeGateways
from loadtest.metrics import Figures, compute_figures
from loadtest.plan import Plan
from loadtest.process_stats import ProcessStats
from loadtest.recorder import Recorder, Worth
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
