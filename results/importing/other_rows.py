"""Recognizes rows of a table that are no candidates: repeated headings, totals, titles and signatures.

Such a row is refused like any other that gives no result. Its reason says what it is, so that the office removes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from results.importing.headings import FOR_WANT_OF, SPELLINGS
from spreadsheets.headings import key
from spreadsheets.refused_rows import Rejection
from state.text.search import plain

REPEATED: Final = Rejection(
    "titres de colonnes écrits une seconde fois", "gardez un seul tableau : enlevez cette ligne de titres"
)
NO_CANDIDATE: Final = Rejection(
    "ligne qui n'est pas un candidat", "un total, un titre ou une signature : enlevez-la du tableau"
)
_TOTALS: Final = frozenset({"total", "totaux", "soustotal", "sous", "effectif", "effectifs", "ensemble"})


def other_row(cells: Sequence[str], seat: str, verdict: str) -> Rejection | None:
    """Return why this row, which gives no result, is no candidate; None if it may be one."""
    if SPELLINGS.get(key(seat)) == "seat" or key(seat) in FOR_WANT_OF:
        return REPEATED
    is_total = any(plain(cell).partition(" ")[0] in _TOTALS for cell in cells if cell)
    has_digit = any(map(str.isdecimal, seat))
    if is_total or (not has_digit and not verdict.strip()):
        return NO_CANDIDATE
    return None
