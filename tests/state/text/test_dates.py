"""Dates as people write them."""

from __future__ import annotations

import pytest

from state.text.dates import birth_year, lacks_day, read_day

MONTHS = {"mars": 3, "avril": 4, "oshu erena": 3}


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("05031990", "1990-03-05"),
        ("050390", "1990-03-05"),
        ("05-03-90", "1990-03-05"),
        ("5/3/1990", "1990-03-05"),
        ("5. 3. 1990", "1990-03-05"),
        ("1990-03-05", "1990-03-05"),
        ("1990/3/5", "1990-03-05"),
        ("5 mars 1990", "1990-03-05"),
        ("5 MARS 90", "1990-03-05"),
        ("1er avril 1990", "1990-04-01"),
        ("5mars1990", "1990-03-05"),
        ("mars 5, 1990", "1990-03-05"),
        ("5 Oshù Ɛrɛ̀nà 1990", "1990-03-05"),
        ("05/03/1990.", "1990-03-05"),
        ("01/01/05", "2005-01-01"),
        ("01/01/61", "1961-01-01"),
        ("29022000", "2000-02-29"),
    ],
)
def test_date_is_read(typed: str, iso: str) -> None:
    assert read_day(typed, MONTHS) == (iso, "")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("05131990", "month"),
        ("5/0/1990", "month"),
        ("19900305", "month"),
        ("32/03/1990", "day"),
        ("00031990", "day"),
        ("30021990", "date"),
        ("31 avril 1990", "date"),
        ("29/02/1900", "date"),
        ("5 mras 1990", ""),
        ("mars 1990", "no_day"),
        ("Oshù Ɛrɛ̀nà 90", "no_day"),
        ("03/1990", "no_day"),
        ("1990-03", "no_day"),
        ("1990 mars", "no_day"),
        ("mars", ""),
        ("13/1990", ""),
        ("table 1990", ""),
        ("1990", ""),
        ("", ""),
        ("0503199", ""),
    ],
)
def test_wrong_date_says_what_is_wrong(typed: str, fault: str) -> None:
    assert read_day(typed, MONTHS) == ("", fault)


def test_two_digits_of_a_year_are_never_in_the_future() -> None:
    assert max(read_day(f"0101{year:02}", {}).iso for year in range(100)) <= f"{2100}"
    assert {read_day(f"0101{year:02}", {}).iso[2:4] for year in range(100)} == {f"{year:02}" for year in range(100)}


@pytest.mark.parametrize("typed", ["1961", "1961-00-00"])
def test_year_of_birth_is_no_day(typed: str) -> None:
    year = birth_year(typed)
    assert year == "1961-00-00"
    assert lacks_day(year)
    assert read_day(year, MONTHS).iso == ""


@pytest.mark.parametrize("typed", ["", "61", "1861", "2100", "19610", "1961-00", "1961-01-00", "1961-02-03", "né 1961"])
def test_other_texts_are_no_year_of_birth(typed: str) -> None:
    assert birth_year(typed) == ""
