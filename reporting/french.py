"""Numbers, days and hours in French, in the time of the country, as operators read them."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from reporting.time_zone import zone

NARROW: Final = "\u202f"  # the space between thousands, and before a unit


def format_number(value: float) -> str:
    """Format a whole number with separated thousands: 12 500."""
    return f"{value:,.0f}".replace(",", NARROW)


def format_count(value: int, one: str, several: str = "") -> str:
    """Format a number of things with their name: 1 ligne, 0 ligne, 2 lignes; without `several`, an s is added."""
    return f"{format_number(value)} {one if abs(value) < 2 else several or f'{one}s'}"


def format_day(seconds: float) -> str:
    """Format Unix seconds as a day: 09/07/2026."""
    return datetime.fromtimestamp(seconds, zone()).strftime("%d/%m/%Y")


def format_hour(seconds: float, at: tzinfo | None = None) -> str:
    """Format Unix seconds for a sentence, in the time of the country unless another is given: 09/07/2026 à 18:00."""
    return datetime.fromtimestamp(seconds, at or zone()).strftime("%d/%m/%Y à %H:%M")


def format_minute(seconds: float) -> str:
    """Format Unix seconds for a list: 09/07/2026 18:00."""
    return datetime.fromtimestamp(seconds, zone()).strftime("%d/%m/%Y %H:%M")


def format_second(seconds: float) -> str:
    """Format Unix seconds for the audit: 09/07/2026 18:00:59. Raises ValueError, OverflowError or OSError."""
    return datetime.fromtimestamp(seconds, zone()).strftime("%d/%m/%Y %H:%M:%S")
