"""What the page says of a period: its numbers beside the period before, services, journeys, places, and giving up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from admin.analytics.first_answer_report import FirstAnswers, first_answers
from admin.analytics.journey_report import funnels, most_given_up, successes
from admin.analytics.opinion_report import NUMBERS, opinions
from admin.analytics.overview import Compared, Prices, main_numbers
from admin.analytics.period import Period, month_of, year_of
from admin.analytics.subject_report import places, read_services, service_ids
from admin.analytics.usage_report import by_day_or_month
from catalog.communes import Commune
from tests.support.conversation import Town
from tests.support.surveyed_town import surveyed_town

NOW = {
    "calls": {"test": 90, "sms": 10}, "hops": {"test": 400}, "served": {"test": 60}, "parts": {"sms": 7},
    "read": {"service cip": 5, "service ifu": 9, "commune parakou": 3, "commune gone": 1, "service gone": 1},
}  # fmt: skip
BEFORE = {"calls": {"test": 50}, "hops": {"test": 500}, "served": {"test": 25}, "read": {"service cip": 2}}
CALLS = Prices(5.0, 2.0, {"test"})


def shown(found: list[Compared]) -> Mapping[str, tuple[str, str]]:
    return {one.title: (one.shown.replace("\u202f", " "), one.change.replace("\u202f", " ")) for one in found}


def test_numbers_stand_beside_those_of_the_period_before() -> None:
    assert shown(main_numbers(NOW, BEFORE, (50, 40), CALLS, "F")) == {
        "Personnes": ("≈ 50", "+25 %"),
        "Appels et conversations": ("100", "+100 %"),
        "Échanges": ("400", "−20 %"),
        "Parties de SMS": ("7", ""),
        "Aboutis": ("60 %", "+10 points"),
        "Appels par personne": ("2,0", "+60 %"),
        "Coût des SMS": ("35 F", ""),
        "Coût des appels": ("180 F", "+80 %"),
    }


def test_what_is_not_known_has_no_number() -> None:
    found = shown(main_numbers({}, BEFORE, (None, 40), Prices(0.0, 0.0, ()), "F"))
    assert found["Personnes"] == found["Aboutis"] == found["Appels par personne"] == ("", "")
    assert found["Coût des SMS"] == found["Coût des appels"] == ("", "")
    assert found["Échanges"] == ("0", "−100 %")


def test_services_are_ranked_by_what_is_read() -> None:
    ranked = read_services(NOW, BEFORE, {"cip": "Pièce", "ifu": "Impôts"}, {"cip": 4})
    assert [(one.name, one.reads, one.before, one.people) for one in ranked] == [
        ("Impôts", 9, 0, None),
        ("Pièce", 5, 2, 4),
        ("gone", 1, 0, None),
    ]
    assert service_ids(NOW) == ["ifu", "cip", "gone"]


def test_communes_add_up_to_departments() -> None:
    found = places(NOW, {"parakou": Commune("Parakou", "Borgou")})
    assert found.departments == [("Borgou", 3)]
    assert found.communes == [("Parakou", 3), ("gone", 1)]


def test_journey_success_counts_goals_and_stops() -> None:
    menus = Town().menus.current
    found = {
        "arrived": {"fruits.which": 8, "fruits.many": 6, "fruits.shown": 3},
        "went_on": {"fruits.which": 6, "fruits.many": 3},
    }
    now, before = list(funnels(found, menus)), list(funnels({"arrived": {"fruits.shown": 1, "fruits.many": 1}}, menus))
    (fruits,) = successes(now, before)
    assert (fruits.title, fruits.reached, fruits.given_up) == ("Fruits", 3, 5)
    assert (fruits.success, fruits.success_before) == (38, 50)
    assert [(one.words, one.many, one.share) for one in most_given_up(now)] == [
        ("… : combien ?", 3, 50),
        ("Quel fruit ?", 2, 25),
    ]


def test_time_to_the_first_answer_is_of_half_and_of_most() -> None:
    found = {
        "answer_seconds": {
            "fruits test 5": 4, "fruits test 15": 4, "fruits test 120": 1, "fruits test more": 1, "gone whatsapp 45": 1,
            "…": 3,
        },
        "answer_hops": {"fruits test 1": 4, "fruits test 4": 5, "fruits test more": 1},
    }  # fmt: skip
    now = first_answers(found, {"answer_seconds": {"fruits test 20": 1}}, Town().menus.current)
    assert now == [
        FirstAnswers("Fruits", "test", 10, "15\u202fs", "2\u202fmin", "4", "4", "20\u202fs"),
        FirstAnswers("gone (parcours retiré)", "WhatsApp", 1, "45\u202fs", "45\u202fs", "", "", ""),
    ]
    slow = first_answers({"answer_seconds": {"fruits test more": 1}}, {}, Town().menus.current)
    assert slow[0].half == "plus de\u202f1\u202fh"


def test_opinions_are_shares_by_service_and_of_all(tmp_path: Path) -> None:
    found = {
        "opinion": {
            "1 test fr service cip": 2, "1 whatsapp fon service cip": 1, "3 test fr service cip": 1,
            "2 test fr fruits": 2, "1 test fr gone": 1, "…": 9,
        }
    }  # fmt: skip
    before = {"opinion": {"1 test fr service cip": 1, "2 test fr service cip": 1}}
    report = opinions(found, before, surveyed_town(tmp_path).menus.current, {"cip": "Pièce"})
    assert report.labels == ("Oui", "En partie", "Non")
    assert [(one.name, one.many, one.answers, one.before) for one in report.rows] == [
        ("Tous les services", 7, [(4, 57), (2, 29), (1, 14)], 50),
        ("Pièce", 4, [(3, 75), (0, 0), (1, 25)], 50),
        ("Fruits", 2, [(0, 0), (2, 100), (0, 0)], None),
        ("gone (parcours retiré)", 1, [(1, 100), (0, 0), (0, 0)], None),
    ]
    assert report.rows[1].first_share == 75


def test_no_opinion_has_no_row() -> None:
    report = opinions({}, {}, Town().menus.current, {})
    assert (report.labels, report.rows) == (NUMBERS, [])


@pytest.mark.parametrize(
    ("asked", "labels"),
    [
        (Period(date(2026, 11, 24), date(2026, 11, 24)), []),
        (month_of(date(2026, 2, 1)), [str(day) for day in range(1, 29)]),
        (Period(date(2026, 11, 29), date(2026, 12, 1)), ["29/11", "30/11", "1/12"]),
        (year_of(date(2026, 2, 1)), [f"{month}/2026" for month in range(1, 13)]),
    ],
)
def test_calls_are_drawn_by_day_or_by_month(asked: Period, labels: list[str]) -> None:
    rows = by_day_or_month(asked, {(asked.first, 8): 2, (asked.first, 9): 3})
    assert [label for label, _ in rows] == labels
    assert [many for _, many in rows if many] == ([5] if labels else [])
