"""The section of the report about the adversary's attempts and their effect on others."""

from __future__ import annotations

from collections.abc import Iterator

from loadtest.attack_counts import Attempts
from loadtest.metrics import Figures
from loadtest.report_html import duration, number, table


def attacks(figures: Figures) -> Iterator[str]:
    """Yield the section as HTML; nothing for a load test without an adversary."""
    if figures.attempts is None:
        return
    yield "<h2>Ce que l'adversaire a tenté</h2>"
    yield table(
        "Attaques pendant la répétition, et ce qu'elles ont coûté aux autres (il faut 0)",
        ("attaque", "essais", "effet sur les autres", "remarque"),
        list(_rows(figures.attempts)),
    )


def _rows(tried: Attempts) -> Iterator[tuple[str, str, str, str]]:
    slowed = f"{number(tried.guesses_slowed)} freinés"
    longest, held = duration(tried.slowest_long_text_seconds * 1000), duration(tried.longest_half_open_seconds * 1000)
    yield "numéros devinés en série", number(tried.guesses), number(tried.guesses_wrong), slowed
    yield "bonnes questions à côté", number(tried.bystanders), number(tried.bystanders_refused), "refusées à tort"
    yield "textes démesurés", number(tried.long_texts), number(tried.long_texts_failed), f"réponse en {longest} au plus"
    yield "corps compressés", number(tried.compressed), number(tried.compressed_accepted), "acceptés"
    yield "requêtes jamais finies", number(tried.half_open), number(tried.half_open_kept), f"coupées en {held} au plus"
    if tried.waiting:
        arrived = f"{number(tried.news)} messages arrivés avant le retrait, {number(tried.waiting)} attendus"
        yield "retrait pendant les annonces", number(tried.waiting), number(tried.news_late), arrived
