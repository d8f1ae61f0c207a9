"""What takes too long is ended, what is in time is left alone, and who is cancelled from outside stays cancelled."""

from __future__ import annotations

import asyncio

import pytest

from state.deadline import Deadline, DeadlineExceeded


async def answer(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "here"


async def test_what_is_in_time_is_answered() -> None:
    deadline = Deadline(1)
    assert await asyncio.gather(*(deadline.within(answer(0.001 * n)) for n in range(20))) == ["here"] * 20


async def test_what_takes_too_long_is_ended_and_the_rest_is_not() -> None:
    deadline, started = Deadline(0.1), asyncio.get_running_loop().time()
    slow, quick = await asyncio.gather(
        deadline.within(answer(30)), deadline.within(answer(0.05)), return_exceptions=True
    )
    assert isinstance(slow, DeadlineExceeded)
    assert quick == "here"
    assert asyncio.get_running_loop().time() - started < 5


async def test_a_task_goes_on_after_its_answer_was_too_late() -> None:
    deadline = Deadline(0.05)
    for _ in range(3):
        with pytest.raises(DeadlineExceeded):
            await deadline.within(answer(30))
    assert await deadline.within(answer(0)) == "here"


async def test_a_cancellation_from_outside_is_not_taken_for_lateness() -> None:
    waiting = asyncio.create_task(Deadline(10).within(answer(30)))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_mistake_comes_through() -> None:
    async def wrong() -> None:
        raise KeyError("a mistake")

    with pytest.raises(KeyError):
        await Deadline(1).within(wrong())
