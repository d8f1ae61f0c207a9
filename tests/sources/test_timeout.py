"""Patience: in time whatever the source does, and never an error towards the citizen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from authoring.replay.fakes import FakePreferences
from database import open_database
from database.postgresql import MAX_READING
from sources import Sources
from sources.registry import build_sources
from sources.timeout import TimeLimitedSource
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Question
from tests.support.database import opened
from tests.support.patience import PATIENCE
from tests.support.postgresql import Server

SHORT = 0.1
FOUND = Outcome("found", {"fact": "secret-fact"})
TYPED = {"word": "secret-word"}


class Played:
    """A source that plays what a test writes."""

    def __init__(self, play: Callable[[], Outcome] = lambda: FOUND, seconds: float = 0.0, name: str = "played") -> None:
        self.play, self.seconds = play, seconds
        self.begun = self.ended = 0
        self.closed = False
        asked = Question(f"{name}.question", {"word": "text"})
        self.questions: Mapping[str, Question] = {asked.name: asked}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        self.begun += 1
        try:
            if self.seconds:
                await asyncio.sleep(self.seconds)
            return self.play()
        finally:
            self.ended += 1

    async def close(self) -> None:
        self.closed = True


def failing(error: BaseException) -> Callable[[], Outcome]:
    def play() -> Outcome:
        raise error

    return play


FAULTS = [
    ("unavailable", SourceUnavailable("down for repair")),
    ("a bug", KeyError("secret-word")),
    ("another bug", ZeroDivisionError()),
    ("recursion", RecursionError()),
    ("a timeout of its own", TimeoutError()),
]


@pytest.mark.parametrize("seconds", [SHORT, None])
@pytest.mark.parametrize("error", [error for _, error in FAULTS], ids=[name for name, _ in FAULTS])
async def test_any_fault_is_unavailable(error: Exception, seconds: float | None) -> None:
    source = Played(failing(error))
    with capture_logs() as lines:
        outcome = await TimeLimitedSource(source, seconds).ask("played.question", TYPED)
    assert outcome == Outcome("unavailable")
    assert source.begun == source.ended == 1
    asked = lines[-1]
    assert (asked["log_level"], asked["question"], asked["outcome"]) == ("warning", "played.question", "unavailable")
    assert asked["why"] == ("down for repair" if isinstance(error, SourceUnavailable) else "a mistake in the source")


@pytest.mark.parametrize(("is_ours", "retriable"), [(True, True), (False, False)])
async def test_failures_of_our_own_tables_are_retriable(is_ours: bool, retriable: bool) -> None:
    for source in (Played(failing(SourceUnavailable("away"))), Played(seconds=PATIENCE)):
        outcome = await TimeLimitedSource(source, SHORT, is_ours=is_ours).ask("played.question", TYPED)
        assert outcome.retriable is retriable


async def test_mistake_of_our_own_is_not_retriable() -> None:
    source = TimeLimitedSource(Played(failing(ZeroDivisionError())), SHORT, is_ours=True)
    assert not (await source.ask("played.question", TYPED)).retriable


@pytest.mark.parametrize("seconds", [SHORT, None])
async def test_unexpected_error_is_logged_with_its_traceback(seconds: float | None) -> None:
    with capture_logs() as lines:
        await TimeLimitedSource(Played(failing(ZeroDivisionError())), seconds).ask("played.question", TYPED)
    assert lines[0]["log_level"] == "error"
    assert lines[0]["exc_info"] is True


async def test_an_outcome_that_is_not_declared_is_unavailable() -> None:
    for trigger in ("late", "unpublished", "Found", ""):
        played = Played(lambda trigger=trigger: Outcome(trigger))  # type: ignore[misc]
        outcome = await TimeLimitedSource(played, SHORT).ask("played.question", TYPED)
        assert outcome.trigger == "unavailable"


@pytest.mark.parametrize("seconds", [SHORT, None])
async def test_an_answer_in_time_comes_as_it_is(seconds: float | None) -> None:
    assert await TimeLimitedSource(Played(), seconds).ask("played.question", TYPED) is FOUND


async def test_slow_answer_is_late_in_time() -> None:
    source, started = Played(seconds=PATIENCE), time.perf_counter()
    assert await TimeLimitedSource(source, SHORT).ask("played.question", TYPED) == Outcome("late")
    assert time.perf_counter() - started >= SHORT
    assert (source.begun, source.ended) == (1, 1)


async def test_abandoned_hop_cancels_its_question() -> None:
    source = Played(seconds=30)
    hop = asyncio.create_task(TimeLimitedSource(source, 60).ask("played.question", TYPED))
    await asyncio.sleep(0.01)
    hop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hop
    assert (source.begun, source.ended) == (1, 1)


@pytest.mark.parametrize("word", [None, "", " ", "\0", "x" * 161])
async def test_invalid_question_is_unknown_and_not_asked(word: str | None) -> None:
    source = Played()
    answers = {} if word is None else {"word": word}
    assert (await TimeLimitedSource(source, SHORT).ask("played.question", answers)).trigger == "unknown"
    assert not source.begun


async def test_question_is_counted_and_logged_without_its_text() -> None:
    def count(outcome: str) -> float:
        labels = {"question": "counted.question", "outcome": outcome}
        return REGISTRY.get_sample_value("zin_source_seconds_count", labels) or 0.0

    source = Played(name="counted")
    patient = TimeLimitedSource(source, SHORT)
    with capture_logs() as lines:
        for play in (lambda: FOUND, failing(SourceUnavailable("down")), lambda: Outcome("unknown"), lambda: FOUND):
            source.play = play
            await patient.ask("counted.question", TYPED)
    assert [count(outcome) for outcome in ("found", "unknown", "unavailable", "late")] == [2, 1, 1, 0]
    assert [line["outcome"] for line in lines] == ["unavailable"]
    assert "secret" not in str(lines)


async def test_sources_route_questions_and_refuse_duplicates() -> None:
    one, other = Played(name="one"), Played(lambda: Outcome("unknown"), name="other")
    sources = Sources([one, other], FakePreferences())
    assert sources.questions.keys() == {"one.question", "other.question"}
    assert (await sources.ask("other.question", TYPED)).trigger == "unknown"
    assert (one.begun, other.begun) == (0, 1)
    with pytest.raises(SourceUnavailable, match=r"nobody\.question"):
        await sources.ask("nobody.question", {})
    await sources.close()
    assert one.closed
    assert other.closed
    with pytest.raises(ValueError, match=r"one\.question"):
        Sources([one, Played(name="one")], FakePreferences())


async def test_frozen_postgresql_is_late_and_recovers(postgresql: Server, tmp_path: Path) -> None:
    registry = opened(tmp_path, postgresql, await postgresql.new())
    await registry.fill()
    quick = registry.settings.model_copy(update={"source_seconds": 0.4, "connect_seconds": 0.2})
    await registry.database.close()
    database = open_database(quick)
    sources = build_sources(quick, database)
    asked = "careers.file", {"number": "100001", "birth_date": "1961-02-03"}
    await until_found(sources, asked)
    await postgresql.freeze()
    try:
        for _ in range(3):
            assert (await sources.ask(*asked)).trigger in ("late", "unavailable")
        crowd = await asyncio.gather(*(sources.ask(*asked) for _ in range(MAX_READING + 50)))
        assert {outcome.trigger for outcome in crowd} <= {"late", "unavailable"}
    finally:
        await postgresql.thaw()
    outcome = await until_found(sources, asked)
    await sources.close()
    await database.close()
    assert outcome.facts["kind"] == "pension", "and no answer is mistaken for another's"


async def until_found(sources: Sources, asked: tuple[str, Mapping[str, str]]) -> Outcome:
    async with asyncio.timeout(PATIENCE):
        while (outcome := await sources.ask(*asked)).trigger != "found":
            pass
    return outcome
