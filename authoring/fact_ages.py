"""The facts that should be looked at again: past or without their last day, or more than two years old."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from authoring.diff.changes import shorten
from authoring.diff.entries import PARTS
from catalog.entries import CENTRES, SERVICES, Service
from catalog.entry_files import Kind
from catalog.facts import Sourced
from state.errors import Problem
from state.yaml_files.loader import Document, parse, read

YEARS: Final = 2
LAST_MOMENT: Final = "9999-12-31"  # fills up a date that has no month or no day
_LAST_DAY: Final = re.compile(r"\b(?:au|et le|avant le) \d{1,2}(?:er)?(?: [^\W\d]+\.? |/\d{1,2}/)20\d{2}\b")
_TWO_YEARS: Final = re.compile(r"\b20(\d{2}) ?[-–/] ?(?:20)?(\d{2})\b")


def facts_to_review(menus: Path, today: date) -> list[Problem]:
    """Return the facts that are past, then those that are old, each with the oldest first and at its line."""
    facts = [one for kind in (SERVICES, CENTRES) for path in _files(menus, kind) for one in _facts(path, kind)]
    past = [(fact.until, place) for fact, place in facts if fact.until and fact.is_past(today)]
    old = [(fact.as_of, place) for fact, place in facts if not fact.is_past(today) and is_old(fact.as_of, today)]
    return [place for _, place in (*sorted(past), *sorted(old))]


def is_old(as_of: str, today: date) -> bool:
    """Whether a date, which may lack its day or month, is surely more than two years ago."""
    return as_of + LAST_MOMENT[len(as_of) :] < f"{today.year - YEARS}{today:-%m-%d}"


def facts_that_end(folder: Path, services: Mapping[str, Service]) -> Iterator[Problem]:
    """Yield a warning for each fact in these files that names its last day or its two years, and has no `until`."""
    for name, service in services.items():
        ends = {key: end for key, fact in service.facts() if not fact.until and (end := _end_of(fact))}
        document = read(folder / f"{name}.yaml") if ends else Document("")
        for key, end in ends.items():
            what = f"« {end} » a une fin : ajoutez « until: AAAA-MM-JJ », le dernier jour où ce renseignement vaut"
            yield document.problem_at((key, "value"), what)


def _end_of(fact: Sourced) -> str:
    """Return the words of a fact that say when it ends: « au 30 janvier 2026 », « 2025-2026 »; "" for none."""
    text = f"{_value(fact)} ; {fact.note}"
    years = (found[0] for found in _TWO_YEARS.finditer(text) if int(found[2]) == int(found[1]) + 1)
    last = _LAST_DAY.search(text)
    return last[0] if last else next(years, "")


def _files(menus: Path, kind: Kind[Any]) -> list[Path]:
    return sorted((menus / kind.folder).glob("*.yaml"))


def _facts(path: Path, kind: Kind[Any]) -> Iterator[tuple[Sourced, Problem]]:
    """Yield each fact of a file with its place; an invalid file has none."""
    document = parse(path.read_bytes(), str(path))
    entry = kind.validate_entry(document)
    for key, fact in entry.facts() if entry else ():
        line, column = document.place((key, "value"))
        yield fact, Problem(str(path), line, column, f"{PARTS[key]}, {_when(fact)} : {shorten(_value(fact))}")


def _when(fact: Sourced) -> str:
    return f"vrai en {fact.as_of}" + (f", passé après le {fact.until}" if fact.until else "")


def _value(fact: Sourced) -> str:
    value = fact.model_dump()["value"]
    return value if isinstance(value, str) else ", ".join(value)
