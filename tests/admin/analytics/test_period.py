"""The days of the statistics page, as its address names them."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest

from admin.analytics.period import NoPeriod, Period, month_of, parse_period

DAY = date(2026, 11, 24)
TODAY = DAY

PERIODS = [
    ({"annee": "2026"}, Period(date(2026, 1, 1), date(2026, 12, 31))),
    ({"du": "2026-02-27", "au": "2026-03-02"}, Period(date(2026, 2, 27), date(2026, 3, 2))),
    ({"du": "2026-02-01", "au": "2026-02-28"}, Period(date(2026, 2, 1), date(2026, 2, 28))),
    ({}, Period(DAY, DAY)),
    ({"jour": "2026-02-28"}, Period(date(2026, 2, 28), date(2026, 2, 28))),
    ({"mois": "2028-02"}, Period(date(2028, 2, 1), date(2028, 2, 29))),
    ({"jour": "2026-02-28", "mois": "2026-01"}, Period(date(2026, 2, 28), date(2026, 2, 28))),
]


@pytest.mark.parametrize(("query", "meant"), PERIODS)
def test_query_names_a_period(query: dict[str, str], meant: Period) -> None:
    assert parse_period(query, TODAY) == meant
    assert parse_period(dict(parse_qsl(meant.query)), TODAY) == meant


@pytest.mark.parametrize("wrong", ["2026-02-30", "hier", "1999-01-01", "9999-12-31", "2026", "<b>"])
def test_invalid_period_is_refused_in_one_line(wrong: str) -> None:
    for query in (
        {"jour": wrong},
        {"mois": wrong[:7] + "x"},
        {"annee": f"{wrong}x"},
        {"du": wrong, "au": "2026-12-01"},
    ):
        with pytest.raises(NoPeriod, match="il faut"):
            parse_period(query, TODAY)


def test_range_that_ends_before_it_begins_is_refused() -> None:
    for query in ({"du": "2026-02-02", "au": "2026-02-01"}, {"du": "2026-02-02"}, {"au": "2026-02-02"}):
        with pytest.raises(NoPeriod, match="il faut"):
            parse_period(query, TODAY)


def test_unfinished_period_is_compared_with_as_many_days() -> None:
    november, days = month_of(DAY), Period(date(2026, 11, 3), date(2026, 11, 9))
    assert november.compared(date(2026, 12, 1)) == month_of(date(2026, 10, 1))
    assert november.compared(DAY) == Period(date(2026, 10, 1), date(2026, 10, 25))
    assert days.before == Period(date(2026, 10, 27), date(2026, 11, 2))
    assert days.compared(date(2026, 11, 4)) == Period(date(2026, 10, 27), date(2026, 10, 28))
    assert days.after.after == Period(date(2026, 11, 17), date(2026, 11, 23))


def test_periods_have_a_previous_and_a_next() -> None:
    day = Period(date(2026, 12, 31), date(2026, 12, 31))
    assert (day.after.query, day.after.before, day.title) == ("jour=2027-01-01", day, "jeudi 31 décembre 2026")
    month = month_of(date(2026, 12, 5))
    assert (month.after.query, month.after.before, month.title) == ("mois=2027-01", month, "décembre 2026")
    assert day.after.title == "vendredi 1er janvier 2027"
    assert day.year.before.title == "année 2025"
    assert Period(date(2026, 11, 30), date(2026, 12, 1)).title == "du 30 novembre 2026 au 1er décembre 2026"
