"""Reads the answers of citizens in sources, and compares proofs.

Answers are already in canonical form (state/text/answer_forms.py). Sources normalize them again, because each source is
responsible for the data that it returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from state.text.answer_forms import LONGEST, canonical, day, last_four_digits, normalize_code

__all__ = ["answer", "constant_time_equal", "day", "is_birth", "last_four_digits", "normalize_code"]


def answer(answers: Mapping[str, str], name: str) -> str:
    """Return the answer with this name; "" if it is missing, too long or not printable."""
    typed = " ".join(answers.get(name, "").split())
    return typed if len(typed) <= LONGEST and typed.isprintable() else ""


def constant_time_equal(typed: str, stored: str) -> bool:
    """Whether a proof equals the stored one, compared in constant time; an empty proof is never equal."""
    return compare_digest(typed.encode(), stored.encode()) and typed != ""


def is_birth(typed: str, stored: Mapping[str, Any]) -> bool:
    """Whether a typed day or year is the birth_date or birth_year of a row, compared in constant time.

    A row with a date is never found by the year alone; a row with a year alone, also by each day of that year, because
    papers often got a day later.
    """
    born, year = stored["birth_date"], stored["birth_year"]
    fits = [
        constant_time_equal(day(typed), str(born or "")),
        constant_time_equal(canonical("day", typed)[:4], str(year or "") if born is None else ""),
    ]
    return any(fits)
