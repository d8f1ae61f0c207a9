"""What an approver types: verdicts read from the list on paper, and the hour of a publication in Benin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Final

from intake.bringing import Unclear, words
from sources.entries import Exam
from sources.typed import code
from state.search import plain

BENIN: Final = timezone(timedelta(hours=1))  # all year round
HOUR: Final = "%Y-%m-%d %H:%M"


def seen(exam: Exam | None, lines: str, called: str) -> Iterator[tuple[str, str]]:
    """Seat and verdict of each line, in the form in which they are kept; called is how complaints call the lines.

    Raises Unclear.
    """
    known = {plain(said): name for name, said in words(exam).items()}
    for number, line in enumerate(lines.splitlines(), 1):
        seat, mark, said = line.partition(";")
        if not line.strip():
            continue
        meant = {name for told, name in known.items() if plain(said) in (told, told.partition(" ")[0])}
        if not mark or len(meant) != 1:
            raise Unclear(f"{called}:{number} : il faut « numéro ; verdict », comme 12345 ; Admis(e)")
        yield code(seat), meant.pop()


def hour(written: str) -> float:
    """The Unix seconds of an hour in Benin, now for none. Raises Unclear."""
    if not written:
        return datetime.now(BENIN).timestamp()
    try:
        return datetime.strptime(written, HOUR).replace(tzinfo=BENIN).timestamp()
    except ValueError:
        raise Unclear(f"« {written} » : il faut une date et une heure comme 2026-07-09 18:00") from None
