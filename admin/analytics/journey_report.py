"""How far citizens get in each journey, screen by screen, and on which screens they give up, in the words shown there.

What a goal is, and who gave up, is the menu's and the counters' own definition (state/menu/goals.py), as on the map.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Final

from analytics.repository import Passage, Totals, passages
from authoring.diff.changes import first_words
from reporting.charts import Words, funnel
from reporting.french import format_number
from state.menu.versions import MenuVersion
from state.text.languages import SOURCE

MAX_WORDS: Final = 60  # characters of the text of a screen
VALUE: Final = re.compile(r"\{[^{}]*\}")  # what a call fills in, such as {exam}
MAX_GIVEN_UP: Final = 10  # screens in the list of those where most give up


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One screen of a journey.

    words is how its text begins; of a screen that was removed, that it was.
    """

    screen: str
    words: str
    passage: Passage

    @property
    def share(self) -> int:
        """Return how many per cent of the arrivals at this screen were the last, without the goal."""
        return round(100 * self.passage.share)


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far citizens get in one journey; name is that of its file."""

    name: str
    title: str
    plot: str
    steps: Sequence[FunnelStep]

    @property
    def reached(self) -> int:
        """Return how often citizens came to a goal of the journey."""
        return sum(step.passage.arrived for step in self.steps if step.passage.is_goal)

    @property
    def given_up(self) -> int:
        """Return how often citizens stopped on another screen of it."""
        return sum(step.passage.given_up for step in self.steps)

    @property
    def success(self) -> int | None:
        """Return the per cent of these that reached a goal; None if nobody did either."""
        ended = self.reached + self.given_up
        return round(100 * self.reached / ended) if ended else None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A screen where citizens give up: its journey, how its text begins, how many, and per cent of who came."""

    journey: str
    words: str
    many: int
    share: int


@dataclass(frozen=True, slots=True)
class JourneySuccess:
    """A journey of this period beside the period before: arrivals at goals, given up, per cent of success of each."""

    title: str
    reached: int
    given_up: int
    success: int | None
    success_before: int | None


def funnels(found: Totals, edition: MenuVersion) -> Iterator[Funnel]:
    """Yield each visited journey in the order of its file; removed screens come last."""
    passed, journeys = passages(found, edition.menu(SOURCE).goals), edition.journeys.files
    for name in (*journeys, *sorted({screen.partition(".")[0] for screen in passed} - journeys.keys())):
        known = [f"{name}.{screen}" for screen in journeys[name].screens] if name in journeys else []
        gone = sorted(screen for screen in passed if screen.startswith(f"{name}.") and screen not in known)
        stops = [
            FunnelStep(screen.partition(".")[2], _words(edition, screen), passed[screen])
            for screen in (*known, *gone)
            if screen in passed
        ]
        if stops:
            title = journeys[name].title if name in journeys else f"{name} (parcours retiré)"
            yield Funnel(name, title, _passing(name, title, stops), stops)


def _words(edition: MenuVersion, screen: str) -> str:
    shown = first_words(edition, screen) if screen in edition.journeys.screens else ""
    shown = VALUE.sub("…", shown)
    return shorten(shown, MAX_WORDS, placeholder="…") if shown else f"écran retiré ({screen.partition('.')[2]})"


def _passing(name: str, title: str, stops: Sequence[FunnelStep]) -> str:
    counts = [(stop.words, stop.passage.arrived, stop.passage.given_up) for stop in stops]
    rows = [(words, float(arrived), float(arrived - given_up)) for words, arrived, given_up in counts]
    about = ", ".join(f"{stop.words} : {format_number(stop.passage.arrived)}" for stop in stops)
    return funnel(
        Words(f"parcours-{name}", f"{title} : combien viennent, combien continuent", about), rows, format_number
    )


def successes(now: Sequence[Funnel], before: Iterable[Funnel]) -> list[JourneySuccess]:
    """Return the journeys in which citizens reached something or gave up, the most used first."""
    earlier: Mapping[str, Funnel] = {one.name: one for one in before}
    found = [
        JourneySuccess(
            one.title,
            one.reached,
            one.given_up,
            one.success,
            earlier[one.name].success if one.name in earlier else None,
        )
        for one in now
        if one.success is not None
    ]
    return sorted(found, key=lambda one: (-one.reached - one.given_up, one.title))


def most_given_up(journeys: Iterable[Funnel]) -> list[GivenUp]:
    """Return the screens where most citizens give up, of all journeys."""
    found = [
        GivenUp(one.title, step.words, step.passage.given_up, step.share)
        for one in journeys
        for step in one.steps
        if step.passage.given_up
    ]
    return sorted(found, key=lambda one: (-one.many, one.words))[:MAX_GIVEN_UP]
