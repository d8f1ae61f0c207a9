"""What citizens type to name a thing and to prove that it is theirs, in the one form in which it is kept and compared.

Imports and look-ups go through the same functions, so that `ex-000 123` finds what was filed as `EX-000123`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from hmac import compare_digest

from state.likes import LONGEST

_APART = re.compile(r"[\s\u2010-\u2015\u2212\-]+")
_TYPED_DAY = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_KEPT_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TAIL = re.compile(r"\d{4}", re.ASCII)


def given(answers: Mapping[str, str], name: str) -> str:
    """The answer kept under this name; "" when it is missing or nobody can have meant it: too long, or unprintable."""
    typed = " ".join(answers.get(name, "").split())
    return typed if len(typed) <= LONGEST and typed.isprintable() else ""


def code(typed: str) -> str:
    """A reference, seat or file number without what people write differently: case, spaces and dashes."""
    return _APART.sub("", typed).upper()


def day(typed: str) -> str:
    """A day written YYYY-MM-DD or JJMMAAAA as YYYY-MM-DD; "" for anything else."""
    if written := _TYPED_DAY.fullmatch(typed):
        typed = "-".join(reversed(written.groups()))
    try:
        return date.fromisoformat(typed).isoformat() if _KEPT_DAY.fullmatch(typed) else ""
    except ValueError:
        return ""


def phone_tail(typed: str) -> str:
    """The four last digits of a phone number when that is what was typed, else ""."""
    return typed if _TAIL.fullmatch(typed) else ""


def same(typed: str, kept: str) -> bool:
    """Whether a proof is the one that is kept; takes as long when it is wrong, and nothing proves what is not kept."""
    return compare_digest(typed.encode(), kept.encode()) and typed != ""
