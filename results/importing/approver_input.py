"""Parses what an approver types: a verdict from the paper list, and the local hour of a publication."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from catalog.entries import Exam
from reporting.time_zone import zone
from results.importing.service import InvalidInput
from results.importing.service import verdict_texts as words_of
from state.text.search import plain

HOUR: Final = "%Y-%m-%d %H:%M"


def parse_verdict(exam: Exam | None, typed: str) -> str:
    """Return the verdict id for its text or the first word of it; "" for an empty text. Raises InvalidInput."""
    known = {plain(words): name for name, words in words_of(exam).items()}
    meant = {name for text, name in known.items() if plain(typed) in (text, text.partition(" ")[0])}
    if typed.strip() and len(meant) != 1:
        raise InvalidInput(f"Ce n'est pas un verdict de cet examen. Il y a : {', '.join(words_of(exam).values())}.")
    return meant.pop() if typed.strip() else ""


def parse_hour(written: str) -> float:
    """Return the Unix seconds of a local hour; an empty text means now. Raises InvalidInput."""
    if not written:
        return datetime.now(zone()).timestamp()
    try:
        return datetime.strptime(written, HOUR).replace(tzinfo=zone()).timestamp()
    except ValueError:
        raise InvalidInput(f"« {written} » : il faut une date et une heure comme 2026-07-09 18:00") from None
