"""What a gateway asks us to wait is read the same way wherever it says so, and never more than a quarter of an hour."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.workers.gateway_delivery import LONGEST
from httpclient.retry_after import MAX_SECONDS, MIN_SECONDS, retry_after

NOW = 1_795_500_300.0  # Tue, 24 Nov 2026 06:05:00 GMT

WAITS: list[tuple[Any, float]] = [
    ("7", 7.0),
    (" 7 ", 7.0),
    ("0.5", MIN_SECONDS),
    ("7.5", 7.5),
    ("0", 0.0),
    ("", 0.0),
    ("-1", 0.0),
    ("1e3", 0.0),
    ("1_000", 0.0),
    ("nan", 0.0),
    ("inf", 0.0),
    ("soon", 0.0),
    ("\u0667", 0.0),  # the digit 7 in Arabic
    ("\u00b2", 0.0),  # isdigit() is true of it, and float() raises
    ("\uff17", 0.0),  # a wide 7
    ("7\0", 0.0),
    ("901", MAX_SECONDS),
    ("1795500300", MAX_SECONDS),  # the moment, in place of how long until then
    ("9" * 23, MAX_SECONDS),
    ("9" * 10_000, MAX_SECONDS),
    ("." * 10_000, 0.0),
    ("Tue, 24 Nov 2026 06:06:00 GMT", 60.0),
    ("Tue, 24 Nov 2026 06:06:00", 60.0),
    ("Tue, 24 Nov 2026 06:04:00 GMT", 0.0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_SECONDS),
    ("Fri, 31 Dec 99999 23:59:59 GMT", 0.0),
    ("Mon, 01 Jan 0001 00:00:00 +2359", 0.0),
    (7, 7.0),
    (0.5, MIN_SECONDS),
    (1e-300, MIN_SECONDS),
    (0, 0.0),
    (-3, 0.0),
    (10**23, MAX_SECONDS),
    (10**400, MAX_SECONDS),
    (-(10**400), 0.0),
    (float("nan"), 0.0),
    (float("inf"), MAX_SECONDS),
    (True, 0.0),
    (None, 0.0),
    ([7], 0.0),
    ({"seconds": 7}, 0.0),
]


@pytest.mark.parametrize(("header", "seconds"), WAITS, ids=lambda value: repr(value)[:40])
def test_a_wait_is_understood_or_says_nothing(header: Any, seconds: float) -> None:
    assert retry_after(header, NOW) == seconds


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.lists(st.integers())))
def test_whatever_is_said_is_nothing_or_within_bounds(header: Any) -> None:
    seconds = retry_after(header, NOW)
    assert seconds == 0.0 or MIN_SECONDS <= seconds <= MAX_SECONDS


def test_no_gateway_makes_a_message_wait_longer_than_our_own_pauses_do() -> None:
    assert MAX_SECONDS == LONGEST
