"""Canonical forms of answers: every spelling of one answer is converted to one form before it is compared.

Sessions, counters, keys of deferred answers and sources only have canonical answers, so that `88000--`, `8 8000` and
full-width digits are one seat. Imports use the same functions, so that `ex-000 123` finds `EX-000123`.

A day is YYYY-MM-DD. Of a birth whose year alone is known, it is YYYY-00-00 in the forms day and proof; as a proof, four
digits alone are the end of a phone number and never a year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Final

from state.country import country
from state.interfaces import Form, Question
from state.text.dates import birth_year, read_day

NO_MONTHS: Final[Mapping[str, int]] = {}
LONGEST: Final = 160  # characters; USSD input is shorter (80 to 90 in the limits that Africa's Talking publishes)
_APART: Final = re.compile(r"[\s_-]+")
_MINUS: Final = "\u2212"
_UNSEEN: Final = "\ufe0e\ufe0f\u20e3"  # make a digit the picture of its key
_EDGES: Final = "._/,;:#*"  # punctuation around a number, or the end of a dialled code
_DIGIT: Final = re.compile(r"[0-9]")
_TAIL: Final = re.compile(r"\d{4}", re.ASCII)
_BETWEEN: Final = re.compile(r"[ .()/-]+")


def legible(typed: str) -> str:
    """Clean a typed answer: digits are 0 to 9, dashes are "-", spaces single, invisible characters removed.

    Returns "" if it is longer than LONGEST or has a character that cannot be displayed.
    """
    if len(typed) > LONGEST:
        return ""
    typed = " ".join(shown_digits(typed).split())
    return typed if len(typed) <= LONGEST and typed.isprintable() else ""


def shown_digits(typed: str) -> str:
    """Return the text with the digits of other keyboards as 0 to 9, dashes as "-", and no invisible characters.

    A digit written small or in a circle is none: `²` and `①` stay as they are.
    """
    if typed.isascii():
        return typed
    parts = (
        "".join(part) if small else unicodedata.normalize("NFKC", "".join(part))
        for small, part in groupby(typed, _is_small)
    )
    plain = "".join(_plain(sign) for part in parts for sign in part)
    return unicodedata.normalize("NFC", plain)  # an accent may follow its letter only now


def _is_small(sign: str) -> bool:
    """True for a number that is no digit: `²`, `①`, `½`."""
    return unicodedata.category(sign) == "No"


def _plain(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    kind = unicodedata.category(sign)
    if kind == "Cf" or sign in _UNSEEN:  # zero-width, soft hyphen, direction marks
        return ""
    return "-" if kind == "Pd" or sign == _MINUS else sign


def normalize_code(typed: str) -> str:
    """Return a reference, seat or file number without differences of case, spaces, dashes and final punctuation."""
    if typed.isascii() and typed.isalnum() and len(typed) <= LONGEST:  # nearly all are; takes a fifth of the time
        return typed.upper()
    return unicodedata.normalize("NFC", _APART.sub("", legible(typed)).strip(_EDGES).upper())


def day(typed: str, months: Mapping[str, int] = NO_MONTHS) -> str:
    """Convert a date as people write it (state/text/dates.py) to YYYY-MM-DD; "" for anything else."""
    return read_day(typed, months).iso


def last_four_digits(typed: str) -> str:
    """Return the text if it is four digits, the end of a phone number; else ""."""
    return typed if _TAIL.fullmatch(typed) else ""


def phone_end(typed: str) -> str:
    """Return the last four digits of a text that is a whole phone number of our country, or four digits; else ""."""
    digits = _BETWEEN.sub("", typed)
    is_phone = typed.count("/") != 2 and country().numbers.normalize(digits)  # two slashes are those of a date
    return digits[-4:] if is_phone else last_four_digits(digits)


def _birth(typed: str) -> str:
    return day(typed) or birth_year(typed)


def _proof(typed: str) -> str:
    return last_four_digits(typed) or _birth(typed)


_READ: Final[Mapping[Form, Callable[[str], str]]] = {
    "text": str,
    "code": normalize_code,
    "day": _birth,
    "phone_tail": last_four_digits,
    "proof": _proof,
}


def canonical(form: Form, typed: str) -> str:
    """Convert a typed answer to this form; "" if it does not have it: a code has a digit."""
    if form != "code":
        return _READ[form](legible(typed))
    code = normalize_code(typed)
    return code if _DIGIT.search(code) else ""


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
