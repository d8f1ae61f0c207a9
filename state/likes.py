"""The forms that a typed answer may have: an operator's pattern over the whole answer, or a day.

A pattern is held to what is read in a time that grows gently with what is typed: nothing repeated may stand inside
something repeated, nothing may refer back, and an answer has at most LONGEST characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

LONGEST = 160  # characters; USSD input is shorter (80 to 90 in the limits that Africa's Talking publishes)
Like = Callable[[str], str | None]
_DAY = re.compile(r"(\d{1,2})[ ./*-](\d{1,2})[ ./*-](\d{4})|(\d{2})(\d{2})(\d{4})", re.ASCII)


def like(pattern: str) -> Like:
    """What reads a typed answer: gives what is kept, or None when it has not the form asked for."""
    if pattern == "date":
        return _day
    compiled = re.compile(pattern)

    def fits(typed: str) -> str | None:
        return typed if len(typed) <= LONGEST and compiled.fullmatch(typed) else None

    return fits


def longest(pattern: str) -> str:
    """An answer as long as this pattern allows, or as a day is when it is typed."""
    if pattern == "date":
        return "00/00/0000"
    most: int = re._parser.parse(pattern).getwidth()[1]  # type: ignore[attr-defined]  # what re itself reads it with
    return "0" * min(most, LONGEST)


def safe(pattern: str) -> str:
    """Why an operator's pattern cannot be used, in French; empty when it can."""
    if pattern == "date":
        return ""
    try:
        re.compile(pattern)
    except re.error as wrong:
        return f"modèle illisible ({wrong}) ; exemple : [0-9]{{4,12}}"
    if re.search(r"\)[*+?{]|\\[1-9]|\(\?[^:]", pattern) or len(re.findall(r"[*+]|,\}", pattern)) > 2:
        return "modèle trop compliqué ; employez des formes simples comme [0-9A-Za-z]{4,12}"
    return ""


def _day(typed: str) -> str | None:
    """A day typed as JJMMAAAA or JJ/MM/AAAA, kept as YYYY-MM-DD."""
    found = _DAY.fullmatch(typed)
    if not found:
        return None
    day, month, year = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
