"""The limits of a column, from its type in the tables: length of a text, size of a number, valid characters.

PostgreSQL refuses a value beyond them at each try; SQLite stores it or fails in its driver. Both get the same check
here, before they see a value (database/interface.py). These limits are written nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import BigInteger, Integer, SmallInteger, String
from sqlalchemy.types import NullType, TypeEngine

Check = Callable[[Any], bool]
BITS: Final = ((SmallInteger, 16), (BigInteger, 64), (Integer, 32))  # the last is the base of the others
MAX_SECONDS: Final = 100 * 366 * 24 * 3600.0  # a century: later times are errors
REPLACEMENT: Final = "\ufffd"


def check_of(kind: TypeEngine[Any], *, stored: bool = True) -> Check | None:
    """The check of values for a column of this type, None if it holds any value. The database checks NULL.

    If a value is not stored but only compared, its text may have any length.
    """
    if isinstance(kind, String):
        longest = kind.length if stored else None
        return is_text if longest is None else _text_check(longest)
    for base, bits in BITS:
        if isinstance(kind, base):
            low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
            return lambda value: isinstance(value, int) and low <= value <= high
    return is_plain if isinstance(kind, NullType) else None


def is_plain(value: object) -> bool:
    """Whether SQL accepts this value for a parameter without a column type."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not isinstance(value, str) or is_text(value)


def _text_check(longest: int) -> Check:
    def holds(value: Any) -> bool:  # fast path for ASCII: an import checks millions of texts
        if isinstance(value, str) and value.isascii():
            return len(value) <= longest and "\0" not in value
        return is_text(value) and len(value) <= longest

    return holds


def can_hold(column: Any, value: object) -> bool:
    """Whether this column can hold this value."""
    check = check_of(column.type)
    return check is None or check(value)


def is_text(value: object) -> bool:
    """Whether SQL can store this as text: without NUL, which PostgreSQL refuses, and without lone surrogates."""
    if not isinstance(value, str) or "\0" in value:
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def cleaned(text: str) -> str:
    """Replace the characters that SQL cannot store."""
    return (
        text
        if is_text(text)
        else text.replace("\0", REPLACEMENT).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def clipped(column: Any, text: str) -> str:
    """Cut and clean a text for a column; for explanations, which may lose their end."""
    return cleaned(text)[: max_length(column)]


def max_length(column: Any) -> int:
    """The number of characters that a column holds. Raises ValueError for a column without a limit."""
    if not isinstance(column.type, String) or column.type.length is None:
        raise ValueError(f"{column} has no bound")
    return column.type.length


def max_integer(column: Any) -> int:
    """The largest number that a column holds."""
    bits = next(bits for base, bits in BITS if isinstance(column.type, base))
    return int(2 ** (bits - 1) - 1)


def milliseconds(seconds: float) -> int:
    """Convert seconds to milliseconds, limited to plus or minus MAX_SECONDS; NaN gives 0.

    The sum of two results fits into a column of 64 bits.
    """
    if math.isnan(seconds):
        return 0
    return round(min(max(seconds, -MAX_SECONDS), MAX_SECONDS) * 1000)
