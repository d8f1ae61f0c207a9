"""Answers about exams: never too early, never to a stranger, never a guess."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from authoring.replay.fakes import FakeClock
from catalog.entries import read_exams
from database import tables
from sources.exam_results import Exams
from state.errors import SourceUnavailable
from tests.support.database import MENUS, Registry
from tests.support.source_rows import PUBLICATION, RESULT, SESSION, SET

EXAMS = read_exams(MENUS / "exams")


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
async def test_results_are_answered_from_their_hour_on(
    registry: Registry, opened: Opened, now: float, outcome: str
) -> None:
    await publish(registry)
    exams = opened(lambda: now)
    assert (await exams.ask("exams.result", {"exam": "bac-2027", "seat": " 7-7 7"})).trigger == outcome
    assert (await exams.ask("exams.result", {"exam": "bac-2027", "seat": "8"})).trigger == (
        "unknown" if outcome == "found" else outcome
    )


async def test_withdrawn_results_are_hidden_within_a_second(registry: Registry, opened: Opened) -> None:
    clock, seat = FakeClock(), {"exam": "bac-2027", "seat": "777"}
    clock.now = 3000
    await publish(registry)
    exams = opened(clock, clock)
    assert (await exams.ask("exams.result", seat)).trigger == "found"
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("UPDATE publications SET withdrawn_at = 3000;")
    clock.now += 1
    assert (await exams.ask("exams.result", seat)).trigger == "unpublished"


async def test_result_has_the_words_of_its_exam(registry: Registry, opened: Opened) -> None:
    await publish(registry)
    answer = await opened().ask("exams.result", {"exam": "bac-2027", "seat": "777"})
    assert answer.facts == {
        "seat": "",
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


async def test_a_respelled_seat_is_named(registry: Registry, opened: Opened) -> None:
    await publish(registry, result={"seat": "00777"})
    answer = await opened().ask("exams.result", {"exam": "bac-2027", "seat": "777"})
    assert (answer.trigger, answer.facts["seat"]) == ("found", "00777")


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
    clock = FakeClock()
    exams = opened(clock, clock)
    assert (await exams.ask("exams.open", {})).trigger == "unknown"
    clock.now += 2
    sessions = [("cep-2026", "cep", 2026), ("bac-2027", "bac", 2027), ("bac-2026", "bac", 2026), ("x-2027", "x", 2027)]
    await registry.add(
        tables.exam_sessions,
        *({**SESSION, "code": name, "exam": exam, "year": year, "sample": True} for name, exam, year in sessions),
    )
    rows = (await exams.ask("exams.open", {})).rows
    assert [row["id"] for row in rows] == ["bac-2027", "bac-2026", "cep-2026"]


SEASON = {"season": "BAC 2027", "season_id": "bac-2027"}
LAST_SECOND = 2000 + 30 * 86400


@pytest.mark.parametrize(
    ("now", "sample", "facts"),
    [(1999, False, {}), (2000, False, SEASON), (LAST_SECOND - 1, False, SEASON), (LAST_SECOND, False, {}),
     (2000, True, {})],
)  # fmt: skip
async def test_session_is_in_season_for_thirty_days(
    registry: Registry, opened: Opened, now: float, sample: bool, facts: Mapping[str, str]
) -> None:
    await publish(registry, {"sample": sample})
    assert (await opened(lambda: now).ask("exams.season", {})).facts == facts


async def test_withdrawn_results_are_not_in_season(registry: Registry, opened: Opened) -> None:
    await publish(registry)
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("UPDATE publications SET withdrawn_at = 2001;")
    assert (await opened(lambda: 2002).ask("exams.season", {})).trigger == "unknown"
