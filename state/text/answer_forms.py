"""Canonical forms of answers: every spelling of one answer is converted to one form before it is compared.

Sessions, counters, keys of deferred answers and sources only have canonical answers, so that `88000--`, `8 8000` and
full-width digits are one seat. Imports use the same functions, so that `ex-000 123` finds `EX-000123`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from state.interfaces import Form, Question

LONGEST: Final = 160  # characters; USSD input is shorter (80 to 90 in the limits that Africa's Talking publishes)
_APART: Final = re.compile(r"[\s-]+")
_MINUS: Final = "\u2212"
_EDGES: Final = "._/,;:#*"  # punctuation around a number, or the end of a dialled code
_DAY: Final = re.compile(r"(\d{1,2})[ ./*-](\d{1,2})[ ./*-](\d{4})|(\d{2})(\d{2})(\d{4})", re.ASCII)
_WRITTEN_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TAIL: Final = re.compile(r"\d{4}", re.ASCII)


def legible(typed: str) -> str:
    """Clean a typed answer: digits are 0 to 9, dashes are "-", spaces single, invisible characters removed.

    Returns "" if it is longer than LONGEST or has a character that cannot be displayed.
    """
    if len(typed) > LONGEST:
        return ""
    if not typed.isascii():
        plain = "".join(map(_plain, unicodedata.normalize("NFKC", typed)))
        typed = unicodedata.normalize("NFC", plain)  # an accent may follow its letter only now
    typed = " ".join(typed.split())
    return typed if len(typed) <= LONGEST and typed.isprintable() else ""


def _plain(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    kind = unicodedata.category(sign)
    if kind == "Cf":  # zero-width, soft hyphen, direction marks
        return ""
    return "-" if kind == "Pd" or sign == _MINUS else sign


def normalize_code(typed: str) -> str:
    """Return a reference, seat or file number without differences of case, spaces, dashes and final punctuation."""
    if typed.isascii() and typed.isalnum() and len(typed) <= LONGEST:  # nearly all are; takes a fifth of the time
        return typed.upper()
    return unicodedata.normalize("NFC", _APART.sub("", legible(typed)).strip(_EDGES).upper())


def day(typed: str) -> str:
    """Convert a day typed as JJMMAAAA or JJ/MM/AAAA, or written YYYY-MM-DD, to YYYY-MM-DD; "" for anything else."""
    if found := _DAY.fullmatch(typed):
        number, month, year = (part for part in found.groups() if part)
        typed = f"{year}-{month:0>2}-{number:0>2}"
    try:
        return date.fromisoformat(typed).isoformat() if _WRITTEN_DAY.fullmatch(typed) else ""
    except ValueError:
        return ""


def last_four_digits(typed: str) -> str:
    """Return the text if it is four digits, the end of a phone number; else ""."""
    return typed if _TAIL.fullmatch(typed) else ""


def _proof(typed: str) -> str:
    return last_four_digits(typed) or day(typed)


_READ: Final[Mapping[Form, Callable[[str], str]]] = {
    "text": str,
    "code": normalize_code,
    "day": day,
    "phone_tail": last_four_digits,
    "proof": _proof,
}


def canonical(form: Form, typed: str) -> str:
    """Convert a typed answer to this form; "" if it does not have it."""
    return normalize_code(typed) if form == "code" else _READ[form](legible(typed))


def canonical_answers(question: Question, answers: Mapping[str, str]) -> Mapping[str, str]:
    """Return the answers with those that the question needs in canonical form, since stored ones may be older."""
    read = {name: canonical(form, answers.get(name, "")) for name, form in question.needs.items()}
    return {**answers, **read}


def forms_of(questions: Mapping[str, Question]) -> Mapping[str, Form]:
    """Return the form of each answer by name; "text" if two questions need different forms."""
    found: dict[str, Form] = {}
    for question in questions.values():
        for name, form in question.needs.items():
            found[name] = form if found.get(name, form) == form else "text"
    return found
