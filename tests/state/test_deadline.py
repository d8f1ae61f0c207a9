"""What takes too long is ended, what is in time is left alone, and who is cancelled from outside stays cancelled."""

from __future__ import annotations

import asyncio

import pytest

from state.deadline import Deadline, DeadlineExceeded
from tests.support.patience import PATIENCE


async def answer(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "here"


async def test_timely_answers_are_returned() -> None:
    deadline = Deadline(PATIENCE)
    assert await asyncio.gather(*(deadline.within(answer(0.001 * n)) for n in range(20))) == ["here"] * 20


async def test_only_late_answers_are_cancelled() -> None:
    deadline, open_gate = Deadline(PATIENCE), asyncio.Event()
    slow, quick = (asyncio.create_task(deadline.within(open_gate.wait())) for _ in range(2))
    await asyncio.sleep(0)
    deadline._since[slow] -= PATIENCE
    deadline._look(asyncio.get_running_loop())
    with pytest.raises(DeadlineExceeded):
        await slow
    open_gate.set()
    assert await quick


async def test_time_that_passed_before_counts() -> None:
    deadline = Deadline(PATIENCE)
    late, quick = (asyncio.create_task(deadline.within(asyncio.Event().wait(), waited)) for waited in (PATIENCE, 0.0))
    await asyncio.sleep(0)
    deadline._look(asyncio.get_running_loop())
    with pytest.raises(DeadlineExceeded):
        await late
    assert not quick.done()
    quick.cancel()
    with pytest.raises(asyncio.CancelledError):
        await quick


async def test_task_continues_after_a_deadline() -> None:
    deadline = Deadline(0.05)
    for _ in range(3):
        with pytest.raises(DeadlineExceeded):
            await deadline.within(answer(30))
    assert await deadline.within(answer(0)) == "here"


async def test_outside_cancellation_stays_a_cancellation() -> None:
    waiting = asyncio.create_task(Deadline(10).within(answer(30)))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_exception_passes_through() -> None:
    async def wrong() -> None:
        raise KeyError("a mistake")

    with pytest.raises(KeyError, match="a mistake"):
        await Deadline(1).within(wrong())
