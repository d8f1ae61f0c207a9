"""How long a gateway asks us to wait before the next try: read in one place, and bounded.

A gateway says it in a header (Retry-After, RFC 9110 section 10.2.3: seconds, or an HTTP date) or in JSON (Telegram's
`parameters.retry_after`). None of ours documents waits of more than minutes; one that means hours is asked again after
MAX_SECONDS, and says so again, which costs one refused message. Without a bound, one wrong value would keep a message
back for good.
"""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

MIN_SECONDS: Final = 1.0  # a gateway that is busy for less is not asked in a tight loop
MAX_SECONDS: Final = 900.0  # as long as the longest pause between two tries of our own: channels/workers/delivery.py
DIGITS: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?")
MAX_LENGTH: Final = 64  # characters of a header that is read at all; an HTTP date has 29


def retry_after(told: object, now: float) -> float:
    """The seconds to wait, from MIN_SECONDS to MAX_SECONDS; 0 when this says nothing that can be understood.

    now is in Unix seconds. What is negative, no number or a moment that is past says nothing.
    """
    if isinstance(told, str):
        seconds = _from_header(told.strip(), now)
    elif isinstance(told, int | float) and not isinstance(told, bool):
        seconds = told
    else:
        return 0.0
    if not seconds > 0:  # NaN is not
        return 0.0
    return float(min(max(seconds, MIN_SECONDS), MAX_SECONDS))


def _from_header(told: str, now: float) -> float:
    if DIGITS.fullmatch(told):  # ASCII only: float() would read the digits of every script
        return float(told) if len(told) <= MAX_LENGTH else MAX_SECONDS
    if len(told) > MAX_LENGTH:
        return 0.0
    try:
        moment = parsedate_to_datetime(told)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError):
        return 0.0
