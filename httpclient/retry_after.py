"""The waiting time that a gateway asks for before the next try, with a limit.

A gateway sends it in a header (Retry-After, RFC 9110 section 10.2.3: seconds, or an HTTP date) or in JSON (Telegram's
`parameters.retry_after`). No gateway of ours documents waits above some minutes. If one asks for hours, we try again
after MAX_SECONDS and it refuses again, which costs one message. Without a limit, one wrong value would block a message
for ever.
"""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

MIN_SECONDS: Final = 1.0  # prevents a tight loop
MAX_SECONDS: Final = 900.0  # equal to our own longest pause between two tries: channels/workers/gateway_delivery.py
DIGITS: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?")
MAX_LENGTH: Final = 64  # characters of a header; an HTTP date has 29


def retry_after(value: object, now: float) -> float:
    """The seconds to wait, from MIN_SECONDS to MAX_SECONDS; 0 for an invalid value, or one that is not positive.

    now is in Unix seconds.
    """
    if isinstance(value, str):
        seconds = _from_header(value.strip(), now)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value
    else:
        return 0.0
    if not seconds > 0:  # NaN is not
        return 0.0
    return float(min(max(seconds, MIN_SECONDS), MAX_SECONDS))


def _from_header(text: str, now: float) -> float:
    if DIGITS.fullmatch(text):  # ASCII only: float() accepts the digits of every script
        return float(text) if len(text) <= MAX_LENGTH else MAX_SECONDS
    if len(text) > MAX_LENGTH:
        return 0.0
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError):
        return 0.0
