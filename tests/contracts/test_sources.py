"""The contract of every source, over both databases: what is asked, what may be answered, and what a fault becomes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from sources import Sources
from sources.registry import build_sources
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Question, Source
from tests.support.database import Registry
from tests.support.patience import PATIENCE

Answers = Mapping[str, str]
# subjects that go on answering without the database, once read; exams for half a minute (results/published.py)
IN_MEMORY = {"services", "centres", "languages", "exams"}

# question -> answers, outcome: every question is met, with every outcome that it declares
ASKED: list[tuple[str, Answers, str]] = [
    ("languages.offered", {}, "found"),
    ("services.themes", {}, "found"),
    ("services.life_events", {}, "found"),
    ("services.of_theme", {"theme": "none-such"}, "unknown"),
    ("services.of_life_event", {"life_event": "none-such"}, "unknown"),
    ("services.group", {"service": "none-such"}, "unknown"),
    ("services.search", {"words": "casier judiciaire"}, "found"),
    ("services.search", {"words": "xyzzyx"}, "unknown"),
    ("services.card", {"service": "casier-judiciaire-b3"}, "found"),
    ("services.card", {"service": "none-such"}, "unknown"),
    ("requests.status", {"reference": "EX-000001", "proof": "0001"}, "found"),
    ("requests.status", {"reference": " ex 000—001 ", "proof": "1990-03-05"}, "found"),
    ("requests.status", {"reference": "ex000001", "proof": "05031990"}, "found"),
    ("requests.status", {"reference": "EX-000001", "proof": "0002"}, "unknown"),
    ("requests.status", {"reference": "EX-000001", "proof": "1990-03-06"}, "unknown"),
    ("requests.status", {"reference": "EX-999999", "proof": "0001"}, "unknown"),
    ("requests.status", {"reference": "EX-000003", "proof": "1961-00-00"}, "found"),
    ("requests.status", {"reference": "EX-000003", "proof": "1961-01-01"}, "found"),
    ("requests.status", {"reference": "EX-000003", "proof": "0003"}, "found"),
    ("requests.status", {"reference": "EX-000003", "proof": "1961"}, "unknown"),  # the end of a phone number
    ("requests.status", {"reference": "EX-000003", "proof": "1962-00-00"}, "unknown"),
    ("requests.status", {"reference": "EX-000001", "proof": "1990-00-00"}, "unknown"),
    ("exams.open", {}, "found"),
    ("exams.season", {}, "unknown"),  # the sample results are older than a season
    ("exams.result", {"exam": "bac-2026", "seat": "12345"}, "found"),
    ("exams.result", {"exam": "cep-2026", "seat": "1001"}, "found"),
    ("exams.result", {"exam": "bac-2026", "seat": "99999"}, "unknown"),
    ("exams.result", {"exam": "bac-1999", "seat": "12345"}, "unpublished"),
    ("exams.result", {"exam": "bac-2026-remplacement", "seat": "12345"}, "unpublished"),
    ("centres.departments", {}, "found"),
    ("centres.communes", {"department": "borgou"}, "found"),
    ("centres.communes", {"department": "none-such"}, "unknown"),
    ("centres.search", {"commune_name": "parakou"}, "found"),
    ("centres.search", {"commune_name": "xyzzyx"}, "unknown"),
    ("centres.nearest", {"commune": "kandi"}, "found"),
    ("centres.nearest", {"commune": "parakou"}, "elsewhere"),
    ("centres.nearest", {"commune": "cotonou"}, "elsewhere"),
    ("centres.nearest", {"commune": "none-such"}, "unknown"),
    ("careers.file", {"number": "100001", "birth_date": "1961-02-03"}, "found"),
    ("careers.file", {"number": "100 001", "birth_date": "03021961"}, "found"),
    ("careers.file", {"number": "100001", "birth_date": "1961-02-04"}, "unknown"),
    ("careers.file", {"number": "999999", "birth_date": "1961-02-03"}, "unknown"),
    ("careers.file", {"number": "100003", "birth_date": "1961-00-00"}, "found"),
    ("careers.file", {"number": "100003", "birth_date": "1961"}, "found"),
    ("careers.file", {"number": "100003", "birth_date": "31121961"}, "found"),
    ("careers.file", {"number": "100003", "birth_date": "1962-00-00"}, "unknown"),
    ("careers.file", {"number": "100003", "birth_date": "1962-01-01"}, "unknown"),
    ("careers.file", {"number": "100001", "birth_date": "1961-00-00"}, "unknown"),
    ("careers.file", {"number": "999999", "birth_date": "1961-00-00"}, "unknown"),
]
GOOD: Mapping[str, Answers] = {question: answers for question, answers, _ in reversed(ASKED)}
ABSURD = [
    "",
    "   ",
    "\0",
    "'; DROP TABLE requests; --",
    "\ud800",
    "é" * 40,
    "9" * 161,
    "%",
    "0001\n0001",
    "²²²²",
    "١٢٣٤",
]


@pytest.fixture
async def sources(filled: Registry) -> AsyncIterator[Sources]:
    patient = filled.settings.model_copy(update={"source_seconds": PATIENCE})
    sources = build_sources(patient, filled.database)
    yield sources
    await sources.close()


@pytest.mark.parametrize(("question", "answers", "outcome"), ASKED)
async def test_answers(sources: Sources, question: str, answers: Answers, outcome: str) -> None:
    answer = await sources.ask(question, answers)
    assert answer.trigger == outcome
    if outcome == "found":
        assert_complete(sources.questions[question], answer)


def assert_complete(asked: Question, answer: Outcome) -> None:
    """All that the question gives is there, as text, and nothing else; a row also has its id, which no other has."""
    rows = answer.rows if asked.rows else (answer.facts,)
    assert rows
    assert len({row.get("id") for row in rows}) == len(rows)
    for facts in rows:
        assert facts.keys() - {"id"} == asked.gives.keys()
        assert all(type(fact) is str for fact in facts.values())
        assert not asked.rows or facts["id"]


async def test_table_covers_every_question_and_outcome(sources: Sources) -> None:
    met = {(question, outcome) for question, _, outcome in ASKED}
    lists = "languages.offered services.themes services.life_events exams.open centres.departments"
    can_be_empty = set(lists.split())
    listed = {"services.of_theme", "services.of_life_event"}  # their ids come from the lists: tested below
    listed.add("services.group")  # of longer catalogues: tests/sources/test_service_groups.py
    listed.add("exams.season")  # found within a season: tests/sources/test_exam_results.py
    possible = {name: set(one.outcomes) - set(one.spare_outcomes) for name, one in sources.questions.items()}
    declared = {(name, outcome) for name, outcomes in possible.items() for outcome in outcomes}
    assert declared - met == {(name, "unknown") for name in can_be_empty} | {(name, "found") for name in listed}
    assert met <= declared


@pytest.mark.parametrize(
    ("listing", "keep", "asked"),
    [
        ("services.themes", "theme", "services.of_theme"),
        ("services.life_events", "life_event", "services.of_life_event"),
        ("services.search", "service", "services.card"),
        ("centres.departments", "department", "centres.communes"),
        ("centres.search", "commune", "centres.nearest"),
    ],
)
async def test_listed_id_answers_the_next_question(sources: Sources, listing: str, keep: str, asked: str) -> None:
    rows = (await sources.ask(listing, GOOD[listing])).rows
    assert rows
    for row in rows:
        answer = await sources.ask(asked, {keep: row["id"]})
        assert answer.facts or answer.rows


@pytest.mark.parametrize("absurd", [*ABSURD, None], ids=ascii)
async def test_missing_or_absurd_answer_is_unknown(sources: Sources, absurd: str | None) -> None:
    """Of a session that is not listed nothing is published either, whether there is one or not."""
    assert sources.questions.keys() == GOOD.keys()
    for name, asked in sources.questions.items():
        for needed in asked.needs:
            answers = {**GOOD[name], needed: absurd} if absurd is not None else {}
            for source in (sources, bare(sources, name)):
                if absurd is None and source is not sources and name.startswith("services"):
                    continue  # the catalogue is asked with every answer it needs, or not at all
                exam = name == "exams.result" and (absurd is None or needed == "exam")
                answered = (await source.ask(name, answers)).trigger
                assert answered in (("unknown", "unpublished") if exam else ("unknown",)), (name, needed)


def bare(sources: Sources, question: str) -> Source:
    """The source itself, without the patience in front of it."""
    patient = sources._answering[question]
    inner: Source = patient._source  # type: ignore[attr-defined]
    return inner


async def test_sources_recover_after_a_database_stop(sources: Sources, filled: Registry) -> None:
    assert (before := {name: await sources.ask(name, GOOD[name]) for name in sources.questions})
    await bare(sources, "exams.result").published.wait_until_filled()  # type: ignore[attr-defined]
    await filled.stop()
    await asyncio.sleep(1.1)  # what a source may keep for a second has gone
    for _ in range(2):
        for name in sources.questions:
            held = name.split(".")[0] in IN_MEMORY
            assert (await sources.ask(name, GOOD[name])).trigger == (before[name].trigger if held else "unavailable")
    await filled.start()
    assert {name: await sources.ask(name, GOOD[name]) for name in sources.questions} == before


async def test_source_without_database_raises_source_unavailable(sources: Sources, filled: Registry) -> None:
    await filled.stop()
    for name in ("requests.status", "exams.open", "exams.result", "careers.file"):
        with pytest.raises(SourceUnavailable) as error:
            await bare(sources, name).ask(name, GOOD[name])
        assert "\n" not in str(error.value)
        assert not [typed for typed in GOOD[name].values() if typed in str(error.value)]


async def test_facts_have_their_declared_length_and_kind(sources: Sources) -> None:
    for name, answers, outcome in ASKED:
        if outcome != "found":
            continue
        answer, gives = await sources.ask(name, answers), sources.questions[name].gives
        assert gives
        for facts in answer.rows or (answer.facts,):
            for fact, declared in gives.items():
                assert len(facts[fact]) <= len(declared.longest), (name, fact)
                assert declared.kind != "date" or len(facts[fact]) == len("2026-12-31")
