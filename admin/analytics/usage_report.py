"""Usage counters in French words: charts and tables of a day or a month, journeys in the order of their screens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Final

from admin.menu_map.graph import first_words
from analytics.hour_counts import BUCKET_LABELS
from analytics.repository import Passage, Totals, passages
from reporting.charts import Words, bars, columns, funnel
from reporting.french import format_number
from state.menu.versions import MenuVersion
from state.text.languages import SOURCE

NAMES: Final = {
    "africastalking_ussd": "Appels",
    "madapi": "Appels, MTN",
    "africastalking_sms": "SMS",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "sms": "SMS",
}
OUTCOMES: Final = {
    "late": "en retard",
    "unavailable": "en panne",
    "unknown": "rien trouvé",
    "unpublished": "pas encore",
}
MAX_WORDS: Final = 60  # characters of the text of a screen
SLOW: Final = BUCKET_LABELS[3:]  # more than 0.25 s
Row = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Shares:
    """A breakdown of calls: a chart, and rows of name, number and per cent."""

    title: str
    plot: str
    rows: Sequence[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One screen of a journey; ends says whether a call may well finish there.

    words is how its text begins; of a screen that was removed, its name.
    """

    screen: str
    words: str
    passage: Passage
    ends: bool

    @property
    def share(self) -> int:
        """Return how many per cent of the citizens on this screen went no further."""
        return percent(self.passage.stayed, self.passage.arrived)


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far citizens get in one journey."""

    title: str
    plot: str
    steps: Sequence[FunnelStep]


@dataclass(frozen=True, slots=True)
class QuestionUsage:
    """One question to a source: its answers, those slower than 0.25 s, the slowest, and those without a result."""

    question: str
    answers: int
    slow: int
    slowest: str
    others: str


def percent(part: int, whole: int) -> int:
    """Return the rounded percentage; 0 if the whole is 0."""
    return round(100 * part / whole) if whole else 0


def shares(name: str, title: str, counted: Mapping[str, int]) -> Shares:
    """Return the breakdown of a counter, the largest first."""
    rows = sorted(((NAMES.get(of, of), many) for of, many in counted.items()), key=lambda row: (-row[1], row[0]))
    whole = sum(counted.values())
    about = ", ".join(f"{of} : {format_number(many)}" for of, many in rows)
    plot = bars(Words(name, title, about or "Rien encore."), rows, format_number) if rows else ""
    return Shares(title, plot, [(of, many, percent(many, whole)) for of, many in rows])


def time_chart(name: str, title: str, rows: Sequence[Row]) -> str:
    """Return a chart of calls by the hour or by the day."""
    most = max(rows, key=lambda row: row[1], default=("", 0))
    about = f"Le plus grand nombre est {format_number(most[1])}, à {most[0]}." if most[1] else "Rien encore."
    return columns(Words(name, title, about), rows, format_number)


def funnels(found: Totals, edition: MenuVersion) -> Iterator[Funnel]:
    """Yield each visited journey in the order of its file; removed screens come last."""
    passed, journeys = passages(found), edition.journeys.files
    goals = edition.menu(SOURCE).goals
    for name in (*journeys, *sorted({screen.partition(".")[0] for screen in passed} - journeys.keys())):
        known = [f"{name}.{screen}" for screen in journeys[name].screens] if name in journeys else []
        gone = sorted(screen for screen in passed if screen.startswith(f"{name}.") and screen not in known)
        stops = [
            FunnelStep(screen.partition(".")[2], _words(edition, screen), passed[screen], screen in goals)
            for screen in (*known, *gone)
            if screen in passed
        ]
        if stops:
            title = journeys[name].title if name in journeys else f"{name} (parcours retiré)"
            yield Funnel(title, _passing(name, title, stops), stops)


def _words(edition: MenuVersion, screen: str) -> str:
    shown = first_words(edition, screen) if screen in edition.journeys.screens else ""
    return shorten(shown, MAX_WORDS, placeholder="…") if shown else screen.partition(".")[2]


def _passing(name: str, title: str, stops: Sequence[FunnelStep]) -> str:
    rows = [(stop.words, float(stop.passage.arrived), float(stop.passage.went_on)) for stop in stops]
    about = ", ".join(f"{stop.words} : {format_number(stop.passage.arrived)}" for stop in stops)
    return funnel(
        Words(f"parcours-{name}", f"{title} : combien viennent, combien continuent", about), rows, format_number
    )


def questions(found: Totals) -> list[QuestionUsage]:
    """Return each question that was asked, the most frequent first."""
    every: dict[str, list[tuple[str, str, int]]] = {}
    for of, many in found.get("asked", {}).items():
        question, outcome, bound = of.split(" ")
        every.setdefault(question, []).append((outcome, bound, many))
    usage = (_usage(question, answers) for question, answers in every.items())
    return sorted(usage, key=lambda one: (-one.answers, one.question))


def _usage(question: str, answers: Sequence[tuple[str, str, int]]) -> QuestionUsage:
    slowest = max((bound for _, bound, _ in answers), key=BUCKET_LABELS.index)
    others = {outcome: 0 for outcome, _, _ in answers if outcome != "found"}
    for outcome, _, many in answers:
        if outcome in others:
            others[outcome] += many
    return QuestionUsage(
        question,
        sum(many for _, _, many in answers),
        sum(many for _, bound, many in answers if bound in SLOW),
        "plus de 3 s" if slowest == BUCKET_LABELS[-1] else f"{slowest.replace('.', ',')} s",
        ", ".join(
            f"{OUTCOMES.get(outcome, outcome)} : {format_number(many)}" for outcome, many in sorted(others.items())
        ),
    )
