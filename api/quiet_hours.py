"""Quiet hours: at night the messages of ministries wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from reporting.time_zone import zone


def seconds_to_wait(now: float, quiet: tuple[int, int] | None) -> float:
    """The seconds until the quiet hours are over, 0 outside them. now is in Unix seconds, quiet in local hours."""
    if quiet is None:
        return 0.0
    begins, ends = quiet
    at = datetime.fromtimestamp(now, zone())
    is_quiet = begins <= at.hour < ends if begins < ends else at.hour >= begins or at.hour < ends
    if not is_quiet:
        return 0.0
    end = at.replace(hour=ends, minute=0, second=0, microsecond=0)
    return (end - at if end > at else end + timedelta(days=1) - at).total_seconds()
