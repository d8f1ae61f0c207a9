"""The day or the month that a page tells of, as its address names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
OLDEST: Final = date(2020, 1, 1)
NEWEST: Final = date(2099, 12, 31)


class NoPeriod(ValueError):
    """What was asked for is no day and no month; the words say what to write."""


@dataclass(frozen=True, slots=True)
class Period:
    """A day, or a whole month. first and last are both in it."""

    first: date
    last: date

    @property
    def is_day(self) -> bool:
        return self.first == self.last

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return f"jour={self.first}" if self.is_day else f"mois={self.first:%Y-%m}"

    @property
    def title(self) -> str:
        month = f"{MONTHS[self.first.month - 1]} {self.first.year}"
        number = "1er" if self.first.day == 1 else str(self.first.day)
        return f"{DAYS[self.first.weekday()]} {number} {month}" if self.is_day else month

    @property
    def before(self) -> Period:
        return self._of(self.first - timedelta(days=1))

    @property
    def after(self) -> Period:
        return self._of(self.last + timedelta(days=1))

    @property
    def month(self) -> Period:
        return month_of(self.first)

    def _of(self, day: date) -> Period:
        return Period(day, day) if self.is_day else month_of(day)


def parse_period(asked: Mapping[str, str], today: date) -> Period:
    """What an address asks for, today for nothing. Raises NoPeriod."""
    written = asked.get("jour") or asked.get("mois") or today.isoformat()
    try:
        day = date.fromisoformat(written if asked.get("jour") or not asked.get("mois") else f"{written}-01")
    except ValueError:
        raise NoPeriod(f"« {written[:20]} » : il faut un jour comme 2026-11-24, ou un mois comme 2026-11.") from None
    if not OLDEST <= day <= NEWEST:
        raise NoPeriod(f"« {written} » : il faut une année entre {OLDEST.year} et {NEWEST.year}.")
    return Period(day, day) if asked.get("jour") or not asked.get("mois") else month_of(day)


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
