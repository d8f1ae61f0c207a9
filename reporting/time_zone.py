"""The time zone of this process: that of the country which it serves. It does not change while the process runs."""

from __future__ import annotations

from datetime import tzinfo


class _Active:
    """Holds the time zone of this process."""

    zone: tzinfo | None = None


def use_zone(found: tzinfo) -> None:
    """Read and write times of this zone from now on."""
    _Active.zone = found


def zone() -> tzinfo:
    """Return the time zone of the country. Raises RuntimeError before the country is active."""
    if _Active.zone is None:
        raise RuntimeError("no country is active: call state.country_file.activate first")
    return _Active.zone
