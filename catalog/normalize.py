"""Reads the answers of citizens in sources, and compares proofs.

Answers are already in canonical form (state/text/answer_forms.py). Sources normalize them again, because each source is
responsible for the data that it returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest

from state.text.answer_forms import LONGEST, day, last_four_digits, normalize_code

__all__ = ["answer", "constant_time_equal", "day", "last_four_digits", "normalize_code"]


def answer(answers: Mapping[str, str], name: str) -> str:
    """Return the answer with this name; "" if it is missing, too long or not printable."""
    typed = " ".join(answers.get(name, "").split())
    return typed if len(typed) <= LONGEST and typed.isprintable() else ""


def constant_time_equal(typed: str, stored: str) -> bool:
    """Whether a proof equals the stored one, compared in constant time; an empty proof is never equal."""
    return compare_digest(typed.encode(), stored.encode()) and typed != ""
