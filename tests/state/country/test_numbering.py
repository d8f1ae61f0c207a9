"""Numbering plans of made-up countries: every notation of a number becomes one, and its network is known."""

from __future__ import annotations

import pytest

from state.country import Network, NumberForm, NumberingPlan
from state.country.numbering import covers

NORTH = Network("Nord", ("99901",), ("81", "82"), "8100")
SOUTH = Network("Sud", (), ("8", "9"), "9000")
PLAN = NumberingPlan(
    "999",
    (NumberForm("[8-9]XXXXXX"), NumberForm("0[8-9]XXXXXX", drop="0"), NumberForm("5XXXX", add="85")),
    "80000XX",
    (NORTH, SOUTH),
)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("8123456", "+9998123456"),
        ("+9998123456", "+9998123456"),
        ("009998123456", "+9998123456"),
        ("08123456", "+9998123456"),
        ("51234", "+9998551234"),
        ("99951234", "+9998551234"),
        ("7123456", ""),
        ("81234567", ""),
        ("", ""),
        ("８123456", ""),
    ],
)
def test_every_notation_becomes_one_number(written: str, number: str) -> None:
    assert PLAN.normalize(written) == number


@pytest.mark.parametrize(
    ("code", "number", "name"),
    [
        ("", "+9998123456", "Nord"),
        ("", "+9998323456", "Sud"),
        ("", "+9997123456", ""),
        ("99901", "+9999000000", "Nord"),
        ("99902", "+9999000000", "Sud"),
        ("99901", "telegram-5", "Nord"),
    ],
)
def test_network_is_that_of_the_longest_beginning(code: str, number: str, name: str) -> None:
    assert PLAN.network(code, number) == name


def test_trial_numbers_are_numbers_of_the_plan() -> None:
    assert [PLAN.trial_number(one, 7) for one in PLAN.networks] == ["8100007", "9000007"]
    assert PLAN.normalize(PLAN.trial_number(SOUTH, 7)) == "+9999000007"


def test_unused_numbers_repeat_after_the_last() -> None:
    assert [PLAN.unused_number(one) for one in (0, 7, 107)] == ["9998000000", "9998000007", "9998000007"]


@pytest.mark.parametrize(
    ("digits", "whole", "is_met"),
    [
        ("81", False, True),
        ("71", False, False),
        ("8123456", False, False),
        ("8123456", True, True),
        ("81", True, False),
    ],
)
def test_form_covers_its_beginnings(digits: str, whole: bool, is_met: bool) -> None:
    assert covers("[8-9]XXXXXX", digits, whole=whole) is is_met
