"""The sections of the report about answers: by result, by channel, and over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loadtest.latency import Latency
from loadtest.metrics import BOUNDS, Figures
from loadtest.recorder import WORTHS, Worth
from loadtest.report_html import aside, decimal, duration, table
from reporting.charts import Axis, Series, Words, bars, lines
from reporting.french import format_number

CHANNELS: Final = {"ussd": "USSD", "sms": "SMS", "whatsapp": "WhatsApp", "telegram": "Telegram", "": "Ensemble"}
WORTH_LABELS: Final[dict[Worth, str]] = {
    "right": "justes",
    "wrong": "fausses",
    "shed": "à rappeler",
    "error": "sans réponse",
    "taken": "acceptées",
    "missing": "jamais venues",
}
MEANT: Final[dict[Worth, str]] = {
    "right": "la réponse est celle du fichier des résultats",
    "wrong": "la réponse n'est pas celle du fichier",
    "shed": "trop de monde : il a été demandé de rappeler",
    "error": "panne, refus, ou plus de temps que la passerelle n'en laisse",
    "taken": "demande reçue ; la réponse part par message, et n'a pas été lue ici",
    "missing": "le message attendu n'est pas venu",
}
WITHIN: Final = ("la moitié", "9 sur 10", "99 sur 100", "la plus lente")
AS_A_TABLE: Final = "Les mêmes chiffres en tableau"


def counts(figures: Figures) -> Iterator[str]:
    """Yield the section on the correctness of answers."""
    worths = figures.total.worths
    shown = [worth for worth in WORTHS if worths[worth] or worth in ("right", "wrong", "error")]
    rows = [(WORTH_LABELS[worth], float(worths[worth])) for worth in shown]
    about = ", ".join(f"{format_number(value)} {name}" for name, value in rows)
    yield "<h2>Ce que valaient les réponses</h2>"
    yield _figure(
        bars(Words("counts", "Recherches selon leur réponse", f"{about}."), rows, format_number),
        table(
            "Recherches selon leur réponse",
            ("réponses", "nombre", "ce que cela veut dire"),
            [(WORTH_LABELS[worth], format_number(worths[worth]), MEANT[worth]) for worth in shown],
        ),
    )


def channels(figures: Figures) -> Iterator[str]:
    """Yield the section on channels."""
    every = [*figures.channels, figures.total] if len(figures.channels) > 1 else [*figures.channels]
    shown = [worth for worth in WORTHS if figures.total.worths[worth] or worth in ("right", "wrong", "error")]
    yield "<h2>Par canal</h2>"
    yield table(
        "Recherches par canal, et ce que valaient leurs réponses",
        ("canal", "recherches", *(WORTH_LABELS[worth] for worth in shown)),
        [
            (CHANNELS[one.name], format_number(one.asked), *(format_number(one.worths[worth]) for worth in shown))
            for one in every
        ],
    )
    yield table(
        "Temps de réponse par canal, écran par écran",
        ("canal", "écrans", *WITHIN),
        [(CHANNELS[one.name], format_number(one.latency.many), *within(one.latency)) for one in every],
    )


def rates(figures: Figures) -> Iterator[str]:
    """Yield the section on look-ups a second."""
    times = [one.at for one in figures.slices]
    asked, ended = [one.asked for one in figures.slices], [one.ended for one in figures.slices]
    about = (
        f"Demandées : au plus {format_number(max(asked))} par seconde. "
        f"Terminées : au plus {format_number(max(ended))} par seconde. "
        "Quand les deux lignes se suivent, le service tient."
    )
    series = (Series("demandées", asked), Series("terminées", ended))
    yield "<h2>Recherches par seconde</h2>"
    yield _figure(
        lines(
            Words("rates", "Recherches demandées et terminées par seconde", about), times, series, Axis(format_number)
        ),
        table(
            "Recherches par seconde au fil du temps",
            ("depuis le début", "demandées", "terminées"),
            [(duration(one.at * 1000), decimal(one.asked), decimal(one.ended)) for one in figures.slices],
        ),
    )


def latencies(figures: Figures) -> Iterator[str]:
    """Yield the section on latencies over time."""
    every = [one.latency for one in figures.slices]
    worst = max(every, key=lambda one: one.p99)
    about = (
        f"Au pire moment, la moitié des réponses prenait moins de {duration(worst.p50)} et 99 sur 100 moins de "
        f"{duration(worst.p99)}. Chaque ligne du quadrillage vaut dix fois celle du dessous."
    )
    found = ([one.p50 for one in every], [one.p90 for one in every], [one.p99 for one in every])
    series = [Series(name, values) for name, values in zip(WITHIN, found, strict=False)]
    words, axis = Words("latencies", "Temps de réponse au fil du temps", about), Axis(duration, by_magnitude=True)
    yield "<h2>Temps de réponse au fil du temps</h2>"
    yield _figure(
        lines(words, [one.at for one in figures.slices], series, axis),
        table(
            "Temps de réponse au fil du temps",
            ("depuis le début", *WITHIN),
            [(duration(one.at * 1000), *within(one.latency)) for one in figures.slices],
        ),
    )


def histogram(figures: Figures) -> Iterator[str]:
    """Yield the histogram of latencies."""
    names = [f"≤ {duration(bound)}" for bound in BOUNDS] + [f"> {duration(BOUNDS[-1])}"]
    rows = [(name, float(many)) for name, many in zip(names, figures.histogram, strict=True)]
    while len(rows) > 1 and not rows[-1][1]:
        rows.pop()
    longest = max(rows, key=lambda row: row[1])
    answers = format_number(figures.total.latency.many)
    about = f"Le plus souvent {longest[0]} : {format_number(longest[1])} réponses sur {answers}."
    yield "<h2>Combien de réponses en combien de temps</h2>"
    yield _figure(
        bars(Words("histogram", "Nombre de réponses par temps de réponse", about), rows, format_number),
        table(
            "Nombre de réponses par temps", ("temps", "réponses"), [(name, format_number(many)) for name, many in rows]
        ),
    )


def within(latency: Latency) -> tuple[str, ...]:
    """Return the percentiles of a latency as text, dashes if there are none."""
    if not latency.many:
        return ("–",) * len(WITHIN)
    return tuple(map(duration, (latency.p50, latency.p90, latency.p99, latency.most)))


def _figure(plot: str, beside: str) -> str:
    return f"<figure>{plot}{aside(AS_A_TABLE, beside)}</figure>"
