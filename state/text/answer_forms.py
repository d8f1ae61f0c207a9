"""The one form of each kind of answer: every spelling of one thing is brought into it before anything compares it.

Sessions, counters, the keys of promises and sources see canonical answers only, so that `88000--`, `8 8000` and
full-width digits are one seat everywhere. Imports go through the same functions, so that `ex-000 123` finds what was
filed as `EX-000123`.
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
_EDGES: Final = "._/,;:#*"  # end a sentence or a dialled code; no number begins or ends with them
_DAY: Final = re.compile(r"(\d{1,2})[ ./*-](\d{1,2})[ ./*-](\d{4})|(\d{2})(\d{2})(\d{4})", re.ASCII)
_WRITTEN_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TAIL: Final = re.compile(r"\d{4}", re.ASCII)


def legible(typed: str) -> str:
    """An answer in plain signs: every digit is 0 to 9, every dash is -, invisible signs are gone, spaces are single.

    "" when it is longer than LONGEST, or has a sign that cannot be shown: nobody can have meant it.
    """
    if len(typed) > LONGEST:
        return ""
    if not typed.isascii():
        typed = "".join(map(_plain, unicodedata.normalize("NFKC", typed)))
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
    """A reference, seat or file number without what people write differently: case, spaces, dashes, a final dot."""
    if typed.isascii() and typed.isalnum() and len(typed) <= LONGEST:  # as nearly all are: a fifth of the time
        return typed.upper()
    return _APART.sub("", legible(typed)).strip(_EDGES).upper()


def day(typed: str) -> str:
    """A day typed as JJMMAAAA or JJ/MM/AAAA, or written YYYY-MM-DD, as YYYY-MM-DD; "" for anything else."""
    if found := _DAY.fullmatch(typed):
        number, month, year = (part for part in found.groups() if part)
        typed = f"{year}-{month:0>2}-{number:0>2}"
    try:
        return date.fromisoformat(typed).isoformat() if _WRITTEN_DAY.fullmatch(typed) else ""
    except ValueError:
        return ""


def last_four_digits(typed: str) -> str:
    """The four last digits of a phone number when that is what was typed, else ""."""
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
    """What was typed in this form; "" when it cannot be read as one."""
    return normalize_code(typed) if form == "code" else _READ[form](legible(typed))


def canonical_answers(question: Question, answers: Mapping[str, str]) -> Mapping[str, str]:
    """The answers with those that this question needs in its forms, whoever kept them and however long ago."""
    read = {name: canonical(form, answers.get(name, "")) for name, form in question.needs.items()}
    return {**answers, **read}


def forms_of(questions: Mapping[str, Question]) -> Mapping[str, Form]:
    """The form of each answer by its name; text where two questions want it in different ones."""
    found: dict[str, Form] = {}
    for question in questions.values():
        for name, form in question.needs.items():
            found[name] = form if found.get(name, form) == form else "text"
    return found
