"""The trace of a request: followed if its header is sane, and the present step of the tasks that it starts."""

from __future__ import annotations

import asyncio

import pytest

from tracing.traceparent import Traceparent, begin_trace, current_traceparent, present_step, read_traceparent

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SANE = f"00-{TRACE}-{SPAN}-01"
REFUSED = [
    "",
    f"01-{TRACE}-{SPAN}-01",
    f"00-{TRACE}-{SPAN}-01-more",
    f"00-{'0' * 32}-{SPAN}-01",
    f"00-{TRACE}-{'0' * 16}-01",
    f"00-{TRACE.upper()}-{SPAN}-01",
    f"00-{TRACE}-{SPAN}-1",
    f"00-{TRACE}-{SPAN}-01\n",
    f" {SANE}",
    f"00-2290190000001-{SPAN}-01",
    "0" * 100_000,
]


def test_sane_header_is_read_and_written_alike() -> None:
    read = read_traceparent(SANE)
    assert read == Traceparent(TRACE, SPAN, "01", is_remote=True)
    assert str(read) == SANE


@pytest.mark.parametrize("written", REFUSED)
def test_other_headers_begin_no_trace(written: str) -> None:
    assert read_traceparent(written) is None


async def test_second_request_forgets_the_trace_of_the_first() -> None:
    begin_trace(SANE)
    assert str(current_traceparent()) == SANE
    begin_trace("")
    assert current_traceparent() is None


async def test_later_tasks_are_in_the_present_step() -> None:
    async def current() -> Traceparent | None:
        return current_traceparent()

    step = Traceparent(TRACE, SPAN, "01")
    with present_step(step):
        later = asyncio.create_task(current())
    assert current_traceparent() is None
    assert await later == step
