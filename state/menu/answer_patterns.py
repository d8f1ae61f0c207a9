"""The forms that a typed answer may have: an operator's pattern over the whole answer, or a day.

A pattern is held to what is read in a time that grows gently with what is typed: nothing repeated may stand inside
something repeated, nothing may refer back, and an answer has at most LONGEST characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from state.interfaces import Form
from state.text.answer_forms import LONGEST, canonical, day, legible

AnswerPattern = Callable[[str], str | None]


def compile_pattern(pattern: str, form: Form = "text") -> AnswerPattern:
    """What reads a typed answer: gives it in the form in which it is kept, or None when it has not the one asked for.

    The pattern is held against what was typed in plain signs (state/text/answer_forms.py), so that full-width digits
    are digits.
    """
    if pattern == "date":
        return _day
    compiled = re.compile(pattern)

    def fits(typed: str) -> str | None:
        plain = typed if typed.isascii() else legible(typed)
        if len(plain) > LONGEST or not compiled.fullmatch(plain):
            return None
        kept = canonical(form, plain)
        return kept if kept or not plain else None

    return fits


def longest(pattern: str) -> str:
    """An answer as long as this pattern allows, or as a day is when it is typed."""
    if pattern == "date":
        return "00/00/0000"
    most: int = re._parser.parse(pattern).getwidth()[1]  # type: ignore[attr-defined]  # what re itself reads it with
    return "0" * min(most, LONGEST)


def pattern_problem(pattern: str) -> str:
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
    return day(legible(typed)) or None
