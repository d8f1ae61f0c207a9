"""Delays in words and as durations of XML Schema: « 3 jours » is P3D."""

from __future__ import annotations

import re
from typing import Final

UNITS: Final = {"heure": "H", "h": "H", "jour": "D", "j": "D", "semaine": "W", "mois": "M", "an": "Y", "année": "Y"}
WORDS: Final = {"TH": "heure", "D": "jour", "W": "semaine", "M": "mois", "Y": "an"}
_IN_WORDS: Final = re.compile(r"(\d{1,4}) ?([a-zé]+?)s?", re.IGNORECASE)
_DURATION: Final = re.compile(r"P(T?)(\d{1,4})([HDWMY])", re.ASCII)


def to_duration(words: str) -> str:
    """Return the duration of a delay that is one number and its unit; "" for all others, which are not guessed."""
    found = _IN_WORDS.fullmatch(words.strip())
    unit = UNITS.get(found[2].lower()) or UNITS.get(f"{found[2].lower()}s") if found else None
    if not found or not unit:
        return ""
    if unit == "W":  # XML Schema has no weeks
        return f"P{int(found[1]) * 7}D"
    return f"P{'T' if unit == 'H' else ''}{int(found[1])}{unit}"


def to_words(duration: str) -> str:
    """Return a duration of one unit in words; "" for all others."""
    found = _DURATION.fullmatch(duration.strip())
    word = WORDS.get(("T" if found[1] else "") + found[3]) if found else None
    if not found or not word:
        return ""
    return f"{int(found[2])} {word}{'s' if int(found[2]) > 1 and not word.endswith('s') else ''}"
