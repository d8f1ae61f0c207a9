"""The day or month of the statistics page, as its address names it."""

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
    """The address names no day and no month; the text says what to write."""


@dataclass(frozen=True, slots=True)
class Period:
    """A day, or a whole month. first and last are both included."""

    first: date
    last: date

    @property
    def is_day(self) -> bool:
        """Return whether the period is a single day."""
        return self.first == self.last

    @property
    def query(self) -> str:
        """Return the period as a query string."""
        return f"jour={self.first}" if self.is_day else f"mois={self.first:%Y-%m}"

    @property
    def title(self) -> str:
        """Return the period in French words."""
        month = f"{MONTHS[self.first.month - 1]} {self.first.year}"
        number = "1er" if self.first.day == 1 else str(self.first.day)
        return f"{DAYS[self.first.weekday()]} {number} {month}" if self.is_day else month

    @property
    def before(self) -> Period:
        """Return the previous day or month."""
        return self._of(self.first - timedelta(days=1))

    @property
    def after(self) -> Period:
        """Return the next day or month."""
        return self._of(self.last + timedelta(days=1))

    @property
    def month(self) -> Period:
        """Return the month that contains the first day."""
        return month_of(self.first)

    def _of(self, day: date) -> Period:
        return Period(day, day) if self.is_day else month_of(day)


def parse_period(asked: Mapping[str, str], today: date) -> Period:
    """Return the period in the query, by default today. Raises NoPeriod."""
    written = asked.get("jour") or asked.get("mois") or today.isoformat()
    try:
        day = date.fromisoformat(written if asked.get("jour") or not asked.get("mois") else f"{written}-01")
    except ValueError:
        raise NoPeriod(f"« {written[:20]} » : il faut un jour comme 2026-11-24, ou un mois comme 2026-11.") from None
    if not OLDEST <= day <= NEWEST:
        raise NoPeriod(f"« {written} » : il faut une année entre {OLDEST.year} et {NEWEST.year}.")
    return Period(day, day) if asked.get("jour") or not asked.get("mois") else month_of(day)


def month_of(day: date) -> Period:
    """Return the month of a day."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
