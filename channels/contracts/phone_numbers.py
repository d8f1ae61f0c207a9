"""Phone numbers in one normal form, E.164.

A country may have several forms of one number: of before and after a change, with and without a trunk prefix. All of
them are in its numbering plan (locales/country.yaml), and give the same number here.
"""

from __future__ import annotations

import re
from typing import Final

from state.country import country
from state.errors import BadRequest

NUMBERED: Final = ("sms", "whatsapp")  # gateways whose addresses are phone numbers
# ITU-T E.164: at most fifteen digits with the country code. The shortest in the phonenumbers library has six.
INTERNATIONAL: Final = re.compile(r"(?:\+|00)?([1-9][0-9]{5,14})")
MAX_WRITTEN: Final = 64  # characters; a longer text is not a number
BETWEEN_DIGITS: Final = dict.fromkeys(map(ord, " \t\r\n.-()/\u00a0\u202f\u2009\u2011"))


def normalize_number(raw: str) -> str:
    """Convert a phone number in any notation to E.164; a number without a country code is one of our country.

    Raises BadRequest for an impossible number. The error's text does not contain the number.
    """
    if len(raw) > MAX_WRITTEN:
        raise BadRequest("impossible phone number")
    plan = country().numbers
    return plan.normalize(raw) or plan.normalize(raw := raw.translate(BETWEEN_DIGITS)) or _abroad(raw)


def number_of_address(gateway: str, address: str) -> str | None:
    """Return the phone number of an address of this gateway in E.164; None if it is an id instead of a number."""
    if gateway not in NUMBERED:
        return None
    try:
        return normalize_number(address)
    except BadRequest:
        return None


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
    # The library dropped a national trunk zero: validate the result again.
    return canonical if canonical == f"+{found[1]}" else _abroad(canonical)
