"""A place on the map as text: a geo URI, `geo:6.37,2.39` (RFC 5870), which the channels make of a sent location.

Two decimals are about a kilometre: enough for the nearest centre, and not where somebody lives.
"""

from __future__ import annotations

import re
from math import asin, cos, radians, sin, sqrt
from typing import Any, Final, NamedTuple

EARTH_KM: Final = 6371.0
_GEO: Final = re.compile(r"geo:(-?[0-9]{1,2}(?:\.[0-9]{1,2})?),(-?[0-9]{1,3}(?:\.[0-9]{1,2})?)", re.ASCII)


class Position(NamedTuple):
    """Degrees of latitude and longitude."""

    latitude: float
    longitude: float


def geo_uri(latitude: Any, longitude: Any) -> str:
    """Return the text of a location in a gateway's JSON; "" for values that are no degrees."""
    pair = (latitude, longitude)
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in pair):
        return ""
    return f"geo:{latitude:.2f},{longitude:.2f}" if abs(latitude) <= 90 and abs(longitude) <= 180 else ""


def read_position(text: str) -> Position | None:
    """Return the position that a text is; None for any other text."""
    found = _GEO.fullmatch(text)
    return Position(float(found[1]), float(found[2])) if found else None


def distance_km(one: Position, other: Position) -> float:
    """Return the distance between two positions over the ground, by the haversine formula."""
    latitude, longitude = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    chord = sin(latitude / 2) ** 2
    chord += cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(longitude / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(chord))
