"""The forms that a typed answer may have."""

from __future__ import annotations

import pytest

from state.menu.answer_patterns import compile_pattern, pattern_problem

DAYS = [
    ("05031990", "1990-03-05"),
    ("05/03/1990", "1990-03-05"),
    ("5-3-1990", "1990-03-05"),
    ("5 3 1990", "1990-03-05"),
    ("5*3*1990", "1990-03-05"),
    ("31021990", None),
    ("5/3-90", "1990-03-05"),
    ("5/3", None),
    ("19900305", None),
    ("٠٥٠٣١٩٩٠", "1990-03-05"),
    ("", None),
]


@pytest.mark.parametrize(("typed", "stored"), DAYS)
def test_dates_are_stored_in_one_form(typed: str, stored: str | None) -> None:
    assert compile_pattern("date")(typed) == stored


def test_pattern_must_match_the_whole_answer() -> None:
    fits = compile_pattern("[0-9]{4}")
    assert [fits(typed) for typed in ("1234", "12345", "123", "1234\n")] == ["1234", None, None, None]


def test_too_long_answer_is_refused() -> None:
    assert compile_pattern(".*")("x" * 161) is None


@pytest.mark.parametrize("pattern", ["(a+)+b", "[0-9", r"(a)\1", "a*b*c*", "(?=x)y"])
def test_unbounded_pattern_is_refused(pattern: str) -> None:
    assert pattern_problem(pattern)


@pytest.mark.parametrize("pattern", ["date", "[0-9]{4,12}", "[0-9A-Za-z]+", "(?:A|B)[0-9]{3}", r"\d{4}"])
def test_simple_pattern_is_accepted(pattern: str) -> None:
    assert not pattern_problem(pattern)
