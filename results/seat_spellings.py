"""Other spellings of a seat number: 201 for 00201.

Spreadsheets take zeros from the front of a number, or show zeros that are not in it, and citizens leave them out. Only
digits are respelled, because letters are never lost.
"""

from __future__ import annotations

from typing import Final

LONGEST: Final = 16  # characters of a seat number


def other_spellings(seat: str) -> tuple[str, ...]:
    """Return this number with any other count of zeros in front, the shortest first; nothing for other texts."""
    if not (seat.isascii() and seat.isdigit()):
        return ()
    digits = seat.lstrip("0")
    padded = (digits.zfill(length) for length in range(len(digits), LONGEST + 1))
    return tuple(one for one in padded if one != seat) if digits else ()
