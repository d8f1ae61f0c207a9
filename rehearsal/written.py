"""Figures as they are written in French, and the two pieces of HTML that a page of figures is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

NARROW: Final = "\u202f"  # between thousands, and before a unit


def number(value: float) -> str:
    """A whole number, its thousands apart."""
    return f"{value:,.0f}".replace(",", NARROW)


def decimal(value: float) -> str:
    """A number with one figure after the comma, none where that says nothing."""
    near = round(value, 1)
    return number(near) if abs(near) >= 100 or near == round(near) else f"{near:.1f}".replace(".", ",")


def duration(milliseconds: float) -> str:
    """A time in the unit in which it is read best."""
    if 0 < milliseconds < 1000:
        return f"{decimal(milliseconds)}{NARROW}ms"
    if milliseconds < 60_000:
        return f"{decimal(milliseconds / 1000)}{NARROW}s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}{NARROW}min{f' {seconds}{NARROW}s' if seconds else ''}"


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose rows are named by their first cell; it scrolls by itself where it is too wide."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in headings)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(one)}</td>" for one in others)}</tr>'
        for first, *others in rows
    )
    inside = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table>{inside}</table></div>'


def aside(summary: str, inside: str) -> str:
    """What is shown when it is asked for."""
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"
