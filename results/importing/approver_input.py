"""What an approver types: a verdict read from the list on paper, and the hour of a publication in Benin."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

from catalog.entries import Exam
from results.importing.service import InvalidInput
from results.importing.service import words as words_of
from state.text.search import plain

BENIN: Final = timezone(timedelta(hours=1))  # all year round
HOUR: Final = "%Y-%m-%d %H:%M"


def verdict(exam: Exam | None, said: str) -> str:
    """What is kept for a verdict as the list on paper has it, or its first word; empty for nothing. Raises Unclear."""
    known = {plain(words): name for name, words in words_of(exam).items()}
    meant = {name for told, name in known.items() if plain(said) in (told, told.partition(" ")[0])}
    if said.strip() and len(meant) != 1:
        raise InvalidInput(f"Ce n'est pas un verdict de cet examen. Il y a : {', '.join(words_of(exam).values())}.")
    return meant.pop() if said.strip() else ""


def parse_hour(written: str) -> float:
    """The Unix seconds of an hour in Benin, now for none. Raises Unclear."""
    if not written:
        return datetime.now(BENIN).timestamp()
    try:
        return datetime.strptime(written, HOUR).replace(tzinfo=BENIN).timestamp()
    except ValueError:
        raise InvalidInput(f"« {written} » : il faut une date et une heure comme 2026-07-09 18:00") from None
