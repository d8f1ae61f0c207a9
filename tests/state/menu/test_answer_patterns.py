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
    ("5/3-90", None),
    ("19900305", None),
    ("٠٥٠٣١٩٩٠", "1990-03-05"),
    ("", None),
]


@pytest.mark.parametrize(("typed", "kept"), DAYS)
def test_a_day_is_kept_as_it_is_written_everywhere(typed: str, kept: str | None) -> None:
    assert compile_pattern("date")(typed) == kept


def test_a_pattern_holds_the_whole_answer() -> None:
    fits = compile_pattern("[0-9]{4}")
    assert [fits(typed) for typed in ("1234", "12345", "123", "1234\n")] == ["1234", None, None, None]


def test_an_answer_longer_than_any_phone_sends_is_not_read() -> None:
    assert compile_pattern(".*")("x" * 161) is None


@pytest.mark.parametrize("pattern", ["(a+)+b", "[0-9", r"(a)\1", "a*b*c*", "(?=x)y"])
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str) -> None:
    assert pattern_problem(pattern)


@pytest.mark.parametrize("pattern", ["date", "[0-9]{4,12}", "[0-9A-Za-z]+", "(?:A|B)[0-9]{3}", r"\d{4}"])
def test_a_simple_pattern_is_taken(pattern: str) -> None:
    assert not pattern_problem(pattern)
