"""The load-test report as one self-contained HTML page for the ministry: plain words, charts, and tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from html import escape

from loadtest.adversary_section import attacks
from loadtest.metrics import ChannelFigures, Figures
from loadtest.report_html import STYLE, aside, duration, table
from loadtest.report_sections import CHANNELS, WITHIN, channels, counts, histogram, latencies, rates, within
from reporting.french import format_hour, format_number


def page(figures: Figures) -> str:
    """Return the whole page as HTML."""
    title = f"Répétition du jour des résultats : {figures.session}"
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
    )
    parts = (_verdict, counts, channels, rates, latencies, histogram, _messages, attacks, _troubles, _server, _how)
    body = "".join(part for make in parts for part in make(figures))
    main = f"<main><h1>{escape(title)}</h1>{body}</main>"
    return f'<!doctype html><html lang="fr"><head>{head}</head><body>{main}</body></html>\n'


def _verdict(figures: Figures) -> Iterator[str]:
    when = f"{format_hour(figures.began, UTC)} UTC"
    total, sound = figures.total, "sound" if figures.is_sound else "unsound"
    yield f'<p class="{sound}"><strong>{escape(_verdict_text(figures))}</strong></p>'
    yield _paragraph(
        f"Le {when}, {format_number(total.asked)} recherches de résultats ont été faites en "
        f"{duration(figures.seconds * 1000)}, par des citoyens inventés, sur {format_number(figures.candidates)} "
        f"candidats inventés. La moitié des réponses a pris moins de {duration(total.latency.p50)}, et 99 sur 100 "
        f"moins de {duration(total.latency.p99)}."
    )
    rows = [
        ("Pendant toute la répétition", figures.ended_per_second, total.latency),
        ("Pendant les dix secondes les plus chargées", figures.busiest.ten_seconds, figures.busiest.latency),
    ]
    yield table(
        "Recherches terminées par seconde, et temps de réponse",
        ("", "par seconde", *WITHIN),
        [(name, format_number(rate), *within(latency)) for name, rate, latency in rows],
    )
    yield _paragraph(
        f"La meilleure seconde a vu {format_number(figures.busiest.second)} recherches terminées et "
        f"{format_number(figures.busiest.hops_in_second)} écrans ou accusés de réception servis."
    )


def _verdict_text(figures: Figures) -> str:
    """Return the conclusion of the report."""
    worths = figures.total.worths
    if figures.attempts and not figures.attempts.is_harmless:
        return "À regarder avant le jour des résultats : l'adversaire a gêné d'autres que lui (voir plus bas)."
    if not figures.is_sound:
        return "À regarder avant le jour des résultats : des réponses étaient fausses ou ne sont pas venues."
    sentences = ["Aucune réponse fausse, aucune panne."]
    if worths["shed"]:
        sentences.append(f"Citoyens priés de rappeler : {format_number(worths['shed'])}.")
    if worths["taken"]:
        sentences.append(f"Réponses parties par message, et non lues : {format_number(worths['taken'])}.")
    return " ".join(sentences)


def _messages(figures: Figures) -> Iterator[str]:
    every = [one for one in figures.channels if one.received]
    if not every:
        return
    yield "<h2>Messages reçus</h2>"
    yield table(
        "Réponses par SMS et WhatsApp, de la question à la réponse",
        ("canal", "messages", "en double", *WITHIN),
        [_message_row(one) for one in every],
    )


def _message_row(one: ChannelFigures) -> tuple[str, ...]:
    return (CHANNELS[one.name], format_number(one.received), format_number(one.duplicates), *within(one.messages))


def _troubles(figures: Figures) -> Iterator[str]:
    if figures.errors:
        yield "<h2>Pannes</h2>"
        rows = [(what, format_number(many)) for what, many in figures.errors.items()]
        yield table("Ce qui a manqué aux recherches sans réponse", ("quoi", "combien"), rows)
    if figures.wrong_seats:
        yield "<h2>Réponses fausses</h2>"
        seats = ", ".join(figures.wrong_seats)
        yield _paragraph(f"Numéros de table des premières (candidats inventés) : {seats}.")


def _server(figures: Figures) -> Iterator[str]:
    if not figures.processes:
        return
    yield "<h2>Le serveur</h2>"
    yield table(
        "Mémoire et calcul de chaque processus",
        ("processus", "mémoire avant", "mémoire au plus", "part d'un cœur"),
        [
            (
                f"{one.pid}{' (arrêté)' if one.gone else ''}",
                f"{format_number(one.memory_before)} Mo",
                f"{format_number(one.memory)} Mo",
                f"{format_number(one.cpu / figures.seconds * 100)} %",
            )
            for one in figures.processes
        ],
    )


def _how(figures: Figures) -> Iterator[str]:
    paragraphs = (
        "Les recherches arrivent comme au BAC 2020 (1 031 673 en 24 heures) : la moitié dans la première heure, la "
        f"plupart dès les premières minutes ; jamais plus de {format_number(figures.rate)} par seconde. Elles "
        "n'attendent pas que le service ait répondu aux précédentes, et l'attente d'une ligne libre compte dans le "
        "temps de réponse.",
        f"La répétition elle-même a eu au plus {duration(figures.behind)} de retard et a pris "
        f"{format_number(figures.cpu * 100)} % d'un cœur : près de 100 %, c'est elle, et non le service, "
        "que l'on mesure.",
    )
    yield aside("Comment c'est mesuré", "".join(map(_paragraph, paragraphs)))


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"
