"""The section of the report about the adversary's attempts and their effect on others."""

from __future__ import annotations

from collections.abc import Iterator

from loadtest.attack_counts import Attempts
from loadtest.metrics import Figures
from loadtest.report_html import duration, table
from reporting.french import format_number


def attacks(figures: Figures) -> Iterator[str]:
    """Yield the section as HTML; nothing for a load test without an adversary."""
    if figures.attempts is None:
        return
    yield "<h2>Ce que l'adversaire a tenté</h2>"
    yield table(
        "Attaques pendant la répétition, et ce qu'elles ont coûté aux autres (il faut 0)",
        ("attaque", "essais", "effet sur les autres", "remarque"),
        [
            (name, format_number(tries), format_number(harmed), remark)
            for name, tries, harmed, remark in _rows(figures.attempts)
        ],
    )


def _rows(tried: Attempts) -> Iterator[tuple[str, int, int, str]]:
    slowed = f"{format_number(tried.guesses_slowed)} freinés"
    longest, held = duration(tried.slowest_long_text_seconds * 1000), duration(tried.longest_half_open_seconds * 1000)
    yield "numéros devinés en série", tried.guesses, tried.guesses_wrong, slowed
    yield "bonnes questions à côté", tried.bystanders, tried.bystanders_refused, "refusées à tort"
    yield "textes démesurés", tried.long_texts, tried.long_texts_failed, f"réponse en {longest} au plus"
    yield "corps compressés", tried.compressed, tried.compressed_accepted, "acceptés"
    yield "requêtes jamais finies", tried.half_open, tried.half_open_not_closed, f"coupées en {held} au plus"
    if tried.waiting:
        expected = format_number(tried.waiting)
        arrived = f"{format_number(tried.news)} messages arrivés avant le retrait, {expected} attendus"
        yield "retrait pendant les annonces", tried.waiting, tried.news_late, arrived
