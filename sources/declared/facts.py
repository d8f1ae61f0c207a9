"""Reads the facts of an answer by the expressions of a declared source, and checks that each is of its kind.

A missing fact, or one of another kind, is a fault of the source: it raises SourceUnavailable, whose text names the fact
and never its value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

import jmespath
from jmespath.exceptions import JMESPathError

from catalog.entries import Status
from catalog.source_files import MAX_TEXT, DeclaredFact
from reporting.time_zone import zone
from state.errors import SourceUnavailable

MAX_NUMBER: Final = 10**12
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_SLASHED: Final = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)
_DIGITS: Final = re.compile(r"\d{1,13}", re.ASCII)

Statuses = Mapping[str, Status]


class WrongFact(SourceUnavailable):
    """A fact is missing, or is not of its kind."""


class UnknownWord(SourceUnavailable):
    """A fact has a value for which the file or menus/statuses has no text."""


def evaluate(expression: str, value: Any) -> Any:
    """Return what a JMESPath expression finds in a JSON value; None also where the value does not suit it."""
    try:
        return jmespath.search(expression, value)
    except (JMESPathError, RecursionError, OverflowError):
        return None


def read_fact(name: str, fact: DeclaredFact, value: Any) -> str:
    """Return one fact of an answer as text, of kind words as its code. Raises WrongFact."""
    found = evaluate(fact.from_, value)
    if found is None or found == "":
        if fact.optional:
            return ""
        raise WrongFact(f"not as agreed: {name}")
    read = _READ[fact.kind](fact, found)
    if read is None:
        raise WrongFact(f"not as agreed: {name}")
    return read


def texts_of_words(fact: DeclaredFact, statuses: Statuses) -> Mapping[str, str]:
    """Return the text for each value of a fact of kind words."""
    if fact.of == "statuses.label":
        return {code: status.label for code, status in statuses.items()}
    if fact.of == "statuses.advice":
        return {code: status.advice for code, status in statuses.items()}
    return fact.values or {}


def translate_word(name: str, fact: DeclaredFact, code: str, statuses: Statuses) -> str:
    """Return the text for the code of a fact of kind words; "" for none. Raises UnknownWord."""
    if not code:
        return ""
    text = texts_of_words(fact, statuses).get(code)
    if text is None:
        where = "menus/statuses does not describe" if fact.of else "the file does not describe"
        raise UnknownWord(f"{name} has a value that {where}")
    return text


def _text(fact: DeclaredFact, found: Any) -> str | None:
    if not isinstance(found, str):
        return None
    text = " ".join(found.split())
    is_fit = len(text) <= (fact.most or MAX_TEXT) and text.isprintable()
    return text if is_fit and (text or fact.optional) else None


def _date(fact: DeclaredFact, found: Any) -> str | None:
    """Return a day as YYYY-MM-DD; a moment with an offset is a local day."""
    if not isinstance(found, str):
        return None
    if fact.format == "dd/mm/yyyy":
        parts = _SLASHED.fullmatch(found)
        found = f"{parts[3]}-{parts[2]}-{parts[1]}" if parts else ""
    if not _ISO.fullmatch(found):
        return None
    try:
        moment = datetime.fromisoformat(found) if "T" in found else None
        day = date.fromisoformat(found) if moment is None else (_local(moment)).date()
    except (ValueError, OverflowError):
        return None
    return day.isoformat()


def _local(moment: datetime) -> datetime:
    return moment.astimezone(zone()) if moment.tzinfo else moment


def _whole(_: DeclaredFact, found: Any) -> str | None:
    """Return a number that is whole and not negative."""
    if isinstance(found, str) and _DIGITS.fullmatch(found):
        found = int(found)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    is_whole = isinstance(found, int) and not isinstance(found, bool)
    return str(found) if is_whole and 0 <= found <= MAX_NUMBER else None


def _code(_: DeclaredFact, found: Any) -> str | None:
    if isinstance(found, bool):
        return "true" if found else "false"
    return found if isinstance(found, str) else str(found) if isinstance(found, int) else None


_READ: Final[Mapping[str, Callable[[DeclaredFact, Any], str | None]]] = {
    "text": _text,
    "date": _date,
    "money": _whole,
    "number": _whole,
    "words": _code,
}
