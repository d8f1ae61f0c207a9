"""What a column can hold, as its type in the tables says: how long a text, how large a number, and only real text.

PostgreSQL refuses what does not fit, each time that it is tried again, and SQLite keeps it or fails in its driver. Both
are held to the same here, before they see a value (database/interface.py); nobody else writes these numbers down.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import BigInteger, Integer, SmallInteger, String
from sqlalchemy.types import NullType, TypeEngine

Check = Callable[[Any], bool]
BITS: Final = ((SmallInteger, 16), (BigInteger, 64), (Integer, 32))  # the last is the base of the others
MAX_SECONDS: Final = 100 * 366 * 24 * 3600.0  # a century: what is later is not a moment that anybody means
REPLACEMENT: Final = "\ufffd"


def check_of(kind: TypeEngine[Any], *, stored: bool = True) -> Check | None:
    """Whether a value can be in a column of this type, None where any can; NULL is for the database to judge.

    Unless it is stored it is only compared: a text may then be of any length, and is in no row.
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
    """Whether SQL can take this where a statement does not say which column it is for."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not isinstance(value, str) or is_text(value)


def _text_check(longest: int) -> Check:
    def holds(value: Any) -> bool:  # most texts are ASCII: an import looks at millions
        if isinstance(value, str) and value.isascii():
            return len(value) <= longest and "\0" not in value
        return is_text(value) and len(value) <= longest

    return holds


def can_hold(column: Any, value: object) -> bool:
    """Whether this column can hold this value."""
    check = check_of(column.type)
    return check is None or check(value)


def is_text(value: object) -> bool:
    """Whether SQL can keep this as text: without NUL, which PostgreSQL refuses, and without half of a UTF-16 pair."""
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
    """The text with a replacement character for each that SQL cannot keep."""
    return (
        text
        if is_text(text)
        else text.replace("\0", REPLACEMENT).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def clipped(column: Any, text: str) -> str:
    """As much of a text as the column has room for; for words that only explain, and are no use when refused."""
    return cleaned(text)[: max_length(column)]


def max_length(column: Any) -> int:
    """The characters that a column has room for. Raises ValueError for one without a bound."""
    if not isinstance(column.type, String) or column.type.length is None:
        raise ValueError(f"{column} has no bound")
    return column.type.length


def max_integer(column: Any) -> int:
    """The largest number that a column has room for."""
    bits = next(bits for base, bits in BITS if isinstance(column.type, base))
    return int(2 ** (bits - 1) - 1)


def milliseconds(seconds: float) -> int:
    """Seconds as the columns of moments have them; never more than a century beyond any moment, nor less.

    Two of them added fit into a column of 64 bits. What is no number is 0.
    """
    if math.isnan(seconds):
        return 0
    return round(min(max(seconds, -MAX_SECONDS), MAX_SECONDS) * 1000)
