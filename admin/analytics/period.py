"""The days of the statistics page, as its address names them: a day, a month, a year, or from one day to another.

| address | period |
|---|---|
| ?jour=2026-11-24 | a day |
| ?mois=2026-11 | a month |
| ?annee=2026 | a year |
| ?du=2026-11-03&au=2026-11-17 | any days, both included |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from state.errors import ZinError

MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
OLDEST: Final = date(2020, 1, 1)
NEWEST: Final = date(2099, 12, 31)
ONE_DAY: Final = timedelta(days=1)
Kind = Literal["day", "month", "year", "range"]


class NoPeriod(ZinError):
    """The address names no period; the text says what to write."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from first to last, both included."""

    first: date
    last: date

    @property
    def kind(self) -> Kind:
        """Return what the days are: a whole month and a whole year are called so."""
        if self.is_day:
            return "day"
        if self == month_of(self.first):
            return "month"
        return "year" if self == year_of(self.first) else "range"

    @property
    def is_day(self) -> bool:
        """Return whether the period is a single day."""
        return self.first == self.last

    @property
    def days(self) -> int:
        """Return the number of days."""
        return (self.last - self.first).days + 1

    @property
    def query(self) -> str:
        """Return the period as a query string."""
        match self.kind:
            case "day":
                return f"jour={self.first}"
            case "month":
                return f"mois={self.first:%Y-%m}"
            case "year":
                return f"annee={self.first:%Y}"
            case "range":
                return f"du={self.first}&au={self.last}"

    @property
    def name(self) -> str:
        """Return the period for the name of a file."""
        return f"{self.first}-{self.last}" if self.kind == "range" else self.query.partition("=")[2]

    @property
    def title(self) -> str:
        """Return the period in French words."""
        match self.kind:
            case "day":
                return f"{DAYS[self.first.weekday()]} {_day(self.first)} {_month(self.first)}"
            case "month":
                return _month(self.first)
            case "year":
                return f"année {self.first.year}"
            case "range":
                return f"du {_day(self.first)} {_month(self.first)} au {_day(self.last)} {_month(self.last)}"

    @property
    def before(self) -> Period:
        """Return the period of the same kind, or of the same length, that ends where this one begins."""
        return self._beside(self.first - ONE_DAY)

    @property
    def after(self) -> Period:
        """Return the period of the same kind, or of the same length, that begins where this one ends."""
        return self._beside(self.last + ONE_DAY)

    @property
    def month(self) -> Period:
        """Return the month that contains the first day."""
        return month_of(self.first)

    @property
    def year(self) -> Period:
        """Return the year that contains the first day."""
        return year_of(self.first)

    def compared(self, today: date) -> Period:
        """Return the period before, as long as the part of this one that is over or runs today."""
        before, missing = self.before, (self.last - today).days
        return Period(before.first, max(before.first, before.last - timedelta(missing))) if missing > 0 else before

    def _beside(self, day: date) -> Period:
        match self.kind:
            case "month":
                return month_of(day)
            case "year":
                return year_of(day)
            case _:
                length = timedelta(self.days - 1)
                return Period(day - length, day) if day < self.first else Period(day, day + length)


def parse_period(asked: Mapping[str, str], today: date) -> Period:
    """Return the period in the query, by default today. Raises NoPeriod."""
    if asked.get("du") or asked.get("au"):
        found = Period(_read(asked.get("du", "")), _read(asked.get("au", "")))
        if found.first > found.last:
            raise NoPeriod(f"Du {found.first} au {found.last} : il faut que le premier jour vienne avant le dernier.")
        return found
    if asked.get("jour"):
        return Period(day := _read(asked["jour"]), day)
    if asked.get("mois"):
        return month_of(_read(asked["mois"], "-01"))
    if asked.get("annee"):
        return year_of(_read(asked["annee"], "-01-01"))
    return Period(today, today)


def month_of(day: date) -> Period:
    """Return the month of a day."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - ONE_DAY)


def year_of(day: date) -> Period:
    """Return the year of a day."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def _read(written: str, rest: str = "") -> date:
    try:
        day = date.fromisoformat(f"{written}{rest}")
    except ValueError:
        how = "un jour comme 2026-11-24, un mois comme 2026-11 ou une année comme 2026"
        raise NoPeriod(f"« {written[:20]} » : il faut {how}.") from None
    if not OLDEST <= day <= NEWEST:
        raise NoPeriod(f"« {written} » : il faut une année entre {OLDEST.year} et {NEWEST.year}.")
    return day


def _day(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"
