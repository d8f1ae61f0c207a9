"""A question of a request is a span, with its name and outcome. Other questions leave none."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from logs.request_id import begin_request
from sources.traced import TracedSource, traced_source
from state.errors import SourceUnavailable
from state.interfaces import Outcome, Question
from tests.support.remembered_spans import RememberedSpan, RememberingTracer
from tracing.tracer import activated

QUESTION = "exams.result"
TYPED = {"seat": "12345"}


class Asked:
    """A source that finds, or fails, and is closed once."""

    questions: Mapping[str, Question] = {QUESTION: Question(QUESTION, {"seat": "code"}, {}, ("found",))}

    def __init__(self, *, fails: bool = False) -> None:
        self.fails, self.closed = fails, 0

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        if self.fails:
            raise SourceUnavailable(answers["seat"])
        return Outcome("found", {"mention": "Bien"})

    async def close(self) -> None:
        self.closed += 1


async def ask_in_request(source: TracedSource) -> Outcome:
    begin_request()
    return await source.ask(QUESTION, TYPED)


async def test_question_of_a_request_is_a_span() -> None:
    tracer = RememberingTracer()
    source = TracedSource(Asked(), tracer)
    assert (await asyncio.create_task(ask_in_request(source))).trigger == "found"
    assert tracer.spans == [RememberedSpan("look-up", "client", {"zin.question": QUESTION}, "found")]


async def test_failed_question_has_no_outcome() -> None:
    tracer = RememberingTracer()
    with pytest.raises(SourceUnavailable):
        await asyncio.create_task(ask_in_request(TracedSource(Asked(fails=True), tracer)))
    assert tracer.spans == [RememberedSpan("look-up", "client", {"zin.question": QUESTION}, "", "SourceUnavailable")]


async def test_question_of_no_request_leaves_none() -> None:
    tracer = RememberingTracer()

    async def look() -> Outcome:
        return await TracedSource(Asked(), tracer).ask(QUESTION, TYPED)

    assert (await asyncio.create_task(look())).trigger == "found"
    assert tracer.spans == []


async def test_source_is_left_as_it_is_if_nothing_traces() -> None:
    source = Asked()
    assert traced_source(source) is source
    with activated(RememberingTracer()):
        traced = traced_source(source)
    assert traced.questions is source.questions
    await traced.close()
    assert source.closed == 1
