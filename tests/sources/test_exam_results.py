"""Answers about exams and requests: never too early, never to a stranger, never a guess."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date

import pytest

from catalog.entries import read_exams, read_statuses
from catalog.normalize import answer, constant_time_equal, day, last_four_digits, normalize_code
from database import tables
from sources.exam_results import Exams
from sources.requests import Requests
from state.errors import SourceUnavailable
from tests.sources.test_single_flight import Clock
from tests.support.database import MENUS, Registry

EXAMS = read_exams(MENUS / "exams")


REQUEST = {
    "reference": "AB123",
    "service": "Casier judiciaire",
    "status": "ready",
    "updated": date(2026, 9, 28),
    "note": "",
    "phone_tail": "0001",
    "birth_date": date(1990, 3, 5),
    "sample": False,
}


SESSION = {"code": "bac-2027", "exam": "bac", "year": 2027, "session": "", "sample": False}
SET = {
    "id": "bac-2027.1",
    "session": "bac-2027",
    "sha256": "",
    "rows": 1,
    "state": "approved",
    "imported_by": "ida",
    "imported_at": 1000,
    "approved_by": "paul",
    "approved_at": 1500,
    "report": "{}",
}
PUBLICATION = {
    "number": 1,
    "deed": 1,
    "session": "bac-2027",
    "department": "",
    "result_set": "bac-2027.1",
    "publish_at": 2000,
    "replaces": "",
    "why": "",
    "told_at": None,
    "withdrawn_at": None,
    "ended_at": None,
    "announced_at": None,
}


RESULT = {
    "result_set": "bac-2027.1",
    "seat": "777",
    "verdict": "admitted",
    "mention": "Bien",
    "series": "D",
    "centre": "Centre d'exemple 1",
    "department": "",
}


async def publish(registry: Registry, session: Mapping[str, object] = {}, result: Mapping[str, object] = {}) -> None:
    """A session with one result, public from second 2000 on."""
    await registry.add(tables.exam_sessions, {**SESSION, **session})
    await registry.add(tables.result_sets, SET)
    await registry.add(tables.exam_results, {**RESULT, **result})
    await registry.add(tables.publications, PUBLICATION)


Opened = Callable[..., Exams]


@pytest.fixture
async def opened(registry: Registry) -> AsyncIterator[Opened]:
    """Makes sources of exams, whose boards read no more when the test is over."""
    made: list[Exams] = []

    def open_exams(now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> Exams:
        made.append(Exams(registry.database, EXAMS, now, monotonic))
        return made[-1]

    yield open_exams
    for exams in made:
        await exams.published.close()


@pytest.mark.parametrize("typed", ["777", "999"])
async def test_unpublished_is_said_without_looking_at_the_results(
    registry: Registry, opened: Opened, typed: str
) -> None:
    await registry.add(tables.exam_sessions, SESSION)
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("DROP TABLE exam_results;")
    exams = opened()
    assert (await exams.ask("exams.result", {"exam": "bac-2027", "seat": typed})).trigger == "unpublished"


@pytest.mark.parametrize(("now", "outcome"), [(1999.9, "unpublished"), (2000, "found"), (2001, "found")])
async def test_results_are_told_from_their_hour_on(
    registry: Registry, opened: Opened, now: float, outcome: str
) -> None:
    await publish(registry)
    exams = opened(lambda: now)
    assert (await exams.ask("exams.result", {"exam": "bac-2027", "seat": " 7-7 7"})).trigger == outcome
    assert (await exams.ask("exams.result", {"exam": "bac-2027", "seat": "8"})).trigger == (
        "unknown" if outcome == "found" else outcome
    )


async def test_withdrawn_results_are_hidden_within_a_second(registry: Registry, opened: Opened) -> None:
    clock, seat = Clock(3000), {"exam": "bac-2027", "seat": "777"}
    await publish(registry)
    exams = opened(clock, clock)
    assert (await exams.ask("exams.result", seat)).trigger == "found"
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("UPDATE publications SET withdrawn_at = 3000;")
    clock.seconds += 1
    assert (await exams.ask("exams.result", seat)).trigger == "unpublished"


async def test_result_has_the_words_of_its_exam(registry: Registry, opened: Opened) -> None:
    await publish(registry)
    answer = await opened().ask("exams.result", {"exam": "bac-2027", "seat": "777"})
    assert answer.facts == {
        "verdict": EXAMS["bac"].verdicts["admitted"].say,
        "advice": EXAMS["bac"].verdicts["admitted"].advice,
        "mention": "Bien",
        "series": "D",
        "centre": "Centre d'exemple 1",
        "published": "",
        "why": "",
        "name": "BAC",
        "year": "2027",
        "session": "",
    }


@pytest.mark.parametrize(
    ("session", "result"),
    [
        ({}, {"verdict": "ADMIS"}),
        ({}, {"verdict": ""}),
        ({"exam": "licence-pro"}, {}),
        ({"exam": "cep"}, {"verdict": "admissible"}),
    ],
)
async def test_verdict_unknown_to_its_exam_is_unavailable(
    registry: Registry, opened: Opened, session: Mapping[str, str], result: Mapping[str, str]
) -> None:
    await publish(registry, session, result)
    with pytest.raises(SourceUnavailable):
        await opened().ask("exams.result", {"exam": "bac-2027", "seat": "777"})


async def test_sessions_are_listed_newest_first_with_known_exams(registry: Registry, opened: Opened) -> None:
    clock = Clock()
    exams = opened(clock, clock)
    assert (await exams.ask("exams.open", {})).trigger == "unknown"
    clock.seconds += 2
    sessions = [("cep-2026", "cep", 2026), ("bac-2027", "bac", 2027), ("bac-2026", "bac", 2026), ("x-2027", "x", 2027)]
    await registry.add(
        tables.exam_sessions,
        *({**SESSION, "code": name, "exam": exam, "year": year, "sample": True} for name, exam, year in sessions),
    )
    rows = (await exams.ask("exams.open", {})).rows
    assert [row["id"] for row in rows] == ["bac-2027", "bac-2026", "cep-2026"]


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
