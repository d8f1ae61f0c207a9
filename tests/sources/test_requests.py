"""Requests from the database: answered to the owner only, however the number is written."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.entries import read_statuses
from catalog.normalize import answer, constant_time_equal, day, last_four_digits, normalize_code
from database import tables
from sources.requests import Requests
from state.errors import SourceUnavailable
from tests.support.database import MENUS, Registry
from tests.support.source_rows import REQUEST

PROOFS = [  # phone_tail, birth_date, proof, outcome
    ("0001", date(1990, 3, 5), "0001", "found"),
    ("0001", date(1990, 3, 5), "05031990", "found"),
    ("0001", None, "0001", "found"),
    ("0001", None, "05031990", "unknown"),
    ("", date(1990, 3, 5), "1990-03-05", "found"),
    ("", None, "", "unknown"),
    ("", None, "0000", "unknown"),
    ("", None, "None", "unknown"),
    ("1990", date(1990, 3, 5), "1990-03-0", "unknown"),
    ("1990", date(1990, 3, 5), "19900305", "unknown"),
]
BIRTHS = [  # birth_date, birth_year, proof, outcome
    (None, 1961, "1961-00-00", "found"),
    (None, 1961, "1961-01-01", "found"),
    (None, 1961, "1961", "unknown"),
    (None, 1961, "1960-12-31", "unknown"),
    (None, 1961, "", "unknown"),
    (date(1961, 2, 3), None, "1961-00-00", "unknown"),
    (date(1961, 2, 3), 1961, "1961-00-00", "unknown"),
    (None, None, "1961-00-00", "unknown"),
    (None, None, "0000-00-00", "unknown"),
]


@pytest.mark.parametrize(("tail", "born", "proof", "outcome"), PROOFS)
async def test_request_needs_its_proof(
    registry: Registry, tail: str, born: date | None, proof: str, outcome: str
) -> None:
    await registry.add(tables.requests, {**REQUEST, "phone_tail": tail, "birth_date": born})
    requests = Requests(registry.database, read_statuses(MENUS / "statuses"))
    answer = await requests.ask("requests.status", {"reference": "ab-123", "proof": proof})
    assert answer.trigger == outcome
    if outcome == "unknown":
        assert answer == await requests.ask("requests.status", {"reference": "no-such", "proof": "0001"})


@pytest.mark.parametrize(("born", "year", "proof", "outcome"), BIRTHS)
async def test_year_of_birth_proves_papers_without_day(
    registry: Registry, born: date | None, year: int | None, proof: str, outcome: str
) -> None:
    await registry.add(tables.requests, {**REQUEST, "phone_tail": "", "birth_date": born, "birth_year": year})
    requests = Requests(registry.database, read_statuses(MENUS / "statuses"))
    assert (await requests.ask("requests.status", {"reference": "ab-123", "proof": proof})).trigger == outcome


async def test_a_status_that_nobody_described_is_no_answer(registry: Registry) -> None:
    await registry.add(tables.requests, {**REQUEST, "status": "teleported"})
    with pytest.raises(SourceUnavailable):
        await Requests(registry.database, {}).ask("requests.status", {"reference": "AB123", "proof": "0001"})


@pytest.mark.parametrize("typed", ["ex-000 123", "EX000123", " Ex 000–123 ", "e x 0 0 0 1 2 3", "ex\u00a0000\u2011123"])
def test_number_ignores_case_spaces_and_dashes(typed: str) -> None:
    assert normalize_code(answer({"reference": typed}, "reference")) == "EX000123"


@pytest.mark.parametrize(("one", "other"), [("12/345", "123/45"), ("A.1", "A1"), ("0123", "123"), ("O1", "01")])
def test_other_differences_are_part_of_a_number(one: str, other: str) -> None:
    assert normalize_code(one) != normalize_code(other)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1990-03-05", "1990-03-05"),
        ("05031990", "1990-03-05"),
        ("31021990", ""),
        ("1990-02-30", ""),
        ("19900305", ""),
        ("1990-W10-1", ""),
        ("5031990", ""),
        ("०५०३१९९०", ""),
        ("", ""),
    ],
)
def test_days_as_citizens_and_files_write_them(typed: str, read: str) -> None:
    assert day(typed) == read


def test_phone_proof_is_four_plain_stored_digits() -> None:
    assert [last_four_digits(typed) for typed in ("0001", "001", "00012", "00a1", "٠٠٠١")] == ["0001", "", "", "", ""]
    assert [
        constant_time_equal("0001", "0001"),
        constant_time_equal("0001", "0002"),
        constant_time_equal("", ""),
        constant_time_equal("é", "e"),
    ] == [True, False, False, False]
