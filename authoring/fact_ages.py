"""The facts of services that should be looked at again: past their last day, or read more than two years ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from authoring.diff.changes import shorten
from authoring.diff.entries import PARTS
from catalog.entries import SERVICES
from catalog.facts import Sourced
from state.errors import Problem
from state.yaml_files.loader import parse

YEARS: Final = 2
LAST_MOMENT: Final = "9999-12-31"  # fills up a date that has no month or no day


def facts_to_review(menus: Path, today: date) -> list[Problem]:
    """Return the facts that are past, then those that are old, each with the oldest first and at its line."""
    facts = [one for path in sorted((menus / SERVICES.folder).glob("*.yaml")) for one in _facts(path)]
    past = [(fact.until, place) for fact, place in facts if fact.until and fact.is_past(today)]
    old = [(fact.as_of, place) for fact, place in facts if not fact.is_past(today) and is_old(fact.as_of, today)]
    return [place for _, place in (*sorted(past), *sorted(old))]


def is_old(as_of: str, today: date) -> bool:
    """Whether a date, which may lack its day or month, is surely more than two years ago."""
    return as_of + LAST_MOMENT[len(as_of) :] < f"{today.year - YEARS}{today:-%m-%d}"


def _facts(path: Path) -> Iterator[tuple[Sourced, Problem]]:
    """Yield each fact of a file with its place; an invalid file has none."""
    document = parse(path.read_bytes(), str(path))
    service = SERVICES.validate_entry(document)
    for key, fact in service.facts() if service else ():
        line, column = document.place((key, "value"))
        yield fact, Problem(str(path), line, column, f"{PARTS[key]}, {_when(fact)} : {_words(fact)}")


def _when(fact: Sourced) -> str:
    return f"vrai en {fact.as_of}" + (f", passé après le {fact.until}" if fact.until else "")


def _words(fact: Sourced) -> str:
    value = fact.model_dump()["value"]
    return shorten(value if isinstance(value, str) else ", ".join(value))
