"""A location as text, and distances over the ground."""

from __future__ import annotations

from typing import Any

import pytest

from state.text.positions import Position, distance_km, geo_uri, read_position

COTONOU, PARAKOU = Position(6.37, 2.39), Position(9.34, 2.63)


@pytest.mark.parametrize(
    ("latitude", "longitude", "text"),
    [
        (6.3654, 2.4183, "geo:6.37,2.42"),
        (-6, 2, "geo:-6.00,2.00"),
        ("6.3", 2.4, ""),
        (None, 2.4, ""),
        (True, 2.4, ""),
        (91.0, 2.4, ""),
        (6.3, 181.0, ""),
        (float("nan"), 2.4, ""),
        (float("inf"), 2.4, ""),
    ],
)
def test_location_is_a_rounded_geo_uri(latitude: Any, longitude: Any, text: str) -> None:
    assert geo_uri(latitude, longitude) == text
    assert (read_position(text) is None) == (text == "")


@pytest.mark.parametrize(
    "text", ["", "geo:", "geo:6.37", "geo:6.37,2.39;u=3", "6.37,2.39", "geo:6.3712,2.39", "geo:a,b"]
)
def test_other_text_is_no_position(text: str) -> None:
    assert read_position(text) is None


def test_distance_is_that_of_the_map() -> None:
    assert distance_km(COTONOU, COTONOU) == 0
    assert 325 < distance_km(COTONOU, PARAKOU) < 340  # by the same formula on movable-type.co.uk/scripts/latlong.html
    assert distance_km(COTONOU, PARAKOU) == pytest.approx(distance_km(PARAKOU, COTONOU))
