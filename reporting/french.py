"""Numbers, days and hours in French, in the time of Benin, as operators read them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final

BENIN: Final = timezone(timedelta(hours=1))  # all year round
NARROW: Final = "\u202f"  # the space between thousands, and before a unit


def format_number(value: float) -> str:
    """Format a whole number with separated thousands: 12 500."""
    return f"{value:,.0f}".replace(",", NARROW)


def format_day(seconds: float) -> str:
    """Format Unix seconds as a day: 09/07/2026."""
    return datetime.fromtimestamp(seconds, BENIN).strftime("%d/%m/%Y")


def format_hour(seconds: float, zone: tzinfo = BENIN) -> str:
    """Format Unix seconds for a sentence: 09/07/2026 à 18:00."""
    return datetime.fromtimestamp(seconds, zone).strftime("%d/%m/%Y à %H:%M")


def format_minute(seconds: float) -> str:
    """Format Unix seconds for a list: 09/07/2026 18:00."""
    return datetime.fromtimestamp(seconds, BENIN).strftime("%d/%m/%Y %H:%M")


def format_second(seconds: float) -> str:
    """Format Unix seconds for the audit: 09/07/2026 18:00:59. Raises ValueError, OverflowError or OSError."""
    return datetime.fromtimestamp(seconds, BENIN).strftime("%d/%m/%Y %H:%M:%S")
