"""Reads a date as people write it: `05031990`, `5/3/90`, `1990-03-05`, « 5 mars 1990 ».

The day stands before the month, as in Benin, unless the year stands first. A year of two digits is the last one that is
not in the future, because the dates that Zin asks for are dates of birth. A year of birth whose day is not known is
`1961-00-00`, which is neither a date nor four digits, the end of a phone number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from reporting.time_zone import zone
from state.text.search import plain

Fault = Literal["", "day", "month", "date", "no_day"]
_APART: Final = r"[ ./*,_-]{1,3}"
_DAY_FIRST: Final = re.compile(
    rf"(\d{{1,2}}){_APART}(\d{{1,2}}){_APART}(\d{{4}}|\d{{2}})|(\d{{2}})(\d{{2}})(\d{{4}}|\d{{2}})", re.ASCII
)
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}}){_APART}(\d{{1,2}}){_APART}(\d{{1,2}})", re.ASCII)
_NO_DAY: Final = "-00-00"
_YEAR: Final = re.compile(rf"((?:19|20)[0-9]{{2}})(?:{_NO_DAY})?")
_NAMED: Final = re.compile(r"(\d{1,2}) ?(?:er|e|eme)? ?([a-z][a-z ]*?) ?(\d{4}|\d{2})")
_MONTH_FIRST: Final = re.compile(r"([a-z][a-z ]*?) ?(\d{1,2}) (\d{4})")
_NAMED_MONTH: Final = re.compile(r"([a-z][a-z ]*?) ?(?:\d{4}|\d{2})|\d{4} ([a-z][a-z ]*)")
_MONTH: Final = re.compile(r"(?:0?[1-9]|1[0-2])[ ./-](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[ ./-](?:0?[1-9]|1[0-2])")


class WrittenDay(NamedTuple):
    """A date as YYYY-MM-DD, or "" and what is wrong: its day, its month, or the whole; "" if it is no date at all.

    no_day: a month and a year alone, « mars 1961 ».
    """

    iso: str
    fault: Fault = ""


NO_DATE: Final = WrittenDay("")


def read_day(typed: str, months: Mapping[str, int]) -> WrittenDay:
    """Read a date in legible form (state/text/answer_forms.py); months has the numbers of the months by plain name."""
    typed = typed.strip(" .,;:#*-")
    if found := _DAY_FIRST.fullmatch(typed):
        day, month, year = (part for part in found.groups() if part)
        return _existing(year, int(month), int(day))
    if found := _YEAR_FIRST.fullmatch(typed):
        return _existing(found[1], int(found[2]), int(found[3]))
    named = _NAMED.fullmatch(words := plain(typed)) if months else None
    if named and named[2] in months:
        return _existing(named[3], months[named[2]], int(named[1]))
    first = _MONTH_FIRST.fullmatch(words) if months else None
    if first and first[1] in months:
        return _existing(first[3], months[first[1]], int(first[2]))
    month = _NAMED_MONTH.fullmatch(words) if months else None
    return (
        WrittenDay("", "no_day") if _MONTH.fullmatch(typed) or (month and (month[1] or month[2]) in months) else NO_DATE
    )


def birth_year(typed: str) -> str:
    """Convert `1961` to 1961-00-00, which stays as it is; "" for anything else and for a year to come."""
    found = _YEAR.fullmatch(typed)
    return found[1] + _NO_DAY if found and int(found[1]) <= datetime.now(zone()).year else ""


def lacks_day(answer: str) -> bool:
    """True if this answer, a day or a proof in canonical form, is a year alone."""
    return answer.endswith(_NO_DAY)


def _existing(year: str, month: int, day: int) -> WrittenDay:
    if not 1 <= month <= 12:
        return WrittenDay("", "month")
    if not 1 <= day <= 31:
        return WrittenDay("", "day")
    try:
        return WrittenDay(date(_full_year(year), month, day).isoformat())
    except ValueError:
        return WrittenDay("", "date")


def _full_year(year: str) -> int:
    if len(year) == 4:
        return int(year)
    this = datetime.now(zone()).year
    return max(
        century + int(year) for century in (this // 100 * 100, this // 100 * 100 - 100) if century + int(year) <= this
    )
