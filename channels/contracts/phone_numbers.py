"""Phone numbers: one form for each citizen.

On 2024-11-30 every number of Benin got "01" in front of its eight digits; networks, address books and citizens went on
using both forms, so both are one person here. Source: fr.allafrica.com/stories/202411300249.html
"""

from __future__ import annotations

import re
from typing import Final

from state.errors import BadRequest

# ITU-T E.164: fifteen digits at most, country code included; the shortest that the phonenumbers library knows has six.
INTERNATIONAL: Final = re.compile(r"(?:\+|00)?([1-9][0-9]{5,14})")
BENIN: Final = re.compile(r"(?:(?:\+|00)?229)?(?:01([0-9]{8})|([2-9][0-9]{7}))")
MAX_WRITTEN: Final = 64  # characters: what is longer is no number, however it is written
BETWEEN_DIGITS: Final = dict.fromkeys(map(ord, " \t\r\n.-()/\u00a0\u202f\u2009\u2011"))


def normalize_number(raw: str) -> str:
    """The one form (E.164) of a phone number however it is written; without a country it is Benin's.

    Raises BadRequest for what no telephone can have as its number; the number is not in its words.
    """
    if len(raw) > MAX_WRITTEN:
        raise BadRequest("impossible phone number")
    found = BENIN.fullmatch(raw) or BENIN.fullmatch(raw := raw.translate(BETWEEN_DIGITS))
    if found:
        return f"+22901{found[1] or found[2]}"
    return _abroad(raw)


def _abroad(raw: str) -> str:
    from phonenumbers import (
        NumberParseException,
        PhoneNumberFormat,
        format_number,
        is_possible_number,
        parse,
    )

    found = INTERNATIONAL.fullmatch(raw)
    try:
        number = parse(f"+{found[1]}") if found else None
    except NumberParseException:
        number = None
    if found is None or number is None or not is_possible_number(number):
        raise BadRequest("impossible phone number")
    canonical: str = format_number(number, PhoneNumberFormat.E164)
    # A zero for calls within the country was taken off: what is left must be a number in its own right.
    return canonical if canonical == f"+{found[1]}" else _abroad(canonical)
