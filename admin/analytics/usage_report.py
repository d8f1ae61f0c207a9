"""Usage counters in French words: charts and tables of a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from admin.analytics.period import Period
from analytics.hour_counts import BUCKET_LABELS
from analytics.repository import Totals
from reporting.charts import Words, bars, columns
from reporting.french import format_number

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
MAX_DAYS: Final = 31  # of a chart by the day; beyond that it is by the month
SLOW: Final = BUCKET_LABELS[3:]  # more than 0.25 s
Row = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Shares:
    """A breakdown of calls: a chart, and rows of name, number and per cent."""

    title: str
    plot: str
    rows: Sequence[tuple[str, int, int]]


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


def by_day_or_month(asked: Period, numbers: Mapping[tuple[date, int], int]) -> list[Row]:
    """Return calls by the day, in a long period by the month; nothing for a single day."""
    if asked.is_day:
        return []
    written = "%m/%Y" if asked.days > MAX_DAYS else "%d" if asked.kind == "month" else "%d/%m"
    every = (asked.first + timedelta(days=past) for past in range(asked.days))
    counts = dict.fromkeys((day.strftime(written).lstrip("0") for day in every), 0)
    for (day, _), many in numbers.items():
        counts[day.strftime(written).lstrip("0")] += many
    return list(counts.items())


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
