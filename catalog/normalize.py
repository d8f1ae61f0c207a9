"""What citizens type to name a thing and to prove that it is theirs, as sources read and compare it.

Answers come in their canonical form (state/text/answer_forms.py); a source brings them into it once more, since it
answers for what it tells whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest

from state.text.answer_forms import LONGEST, day, last_four_digits, normalize_code

__all__ = ["answer", "constant_time_equal", "day", "last_four_digits", "normalize_code"]


def answer(answers: Mapping[str, str], name: str) -> str:
    """The answer kept under this name; "" when it is missing or nobody can have meant it: too long, or unprintable."""
    typed = " ".join(answers.get(name, "").split())
    return typed if len(typed) <= LONGEST and typed.isprintable() else ""


def constant_time_equal(typed: str, kept: str) -> bool:
    """Whether a proof is the one that is kept; takes as long when it is wrong, and nothing proves what is not kept."""
    return compare_digest(typed.encode(), kept.encode()) and typed != ""
