"""A task ends although what it awaits loses a cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from state.cancellation import end_task
from tests.support.patience import PATIENCE


async def runs() -> None:
    await asyncio.Event().wait()


async def loses_one_cancellation() -> None:
    """As a loop around asyncio.wait_for does, whose result came with the cancellation."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.Event().wait()


async def fails_when_cancelled() -> None:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        raise OSError("the connection was lost") from None


async def is_over() -> None:
    """Has ended before it is cancelled."""


@pytest.mark.parametrize("work", [runs, loses_one_cancellation, fails_when_cancelled, is_over])
async def test_cancelled_task_ends_without_an_error(work: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.ensure_future(work())
    assert isinstance(task, asyncio.Task)
    await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE):
        await end_task(task)
    assert task.done()


async def test_who_ends_a_task_can_be_cancelled() -> None:
    async def never_ends() -> None:
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                seen.set()

    seen, released = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(never_ends())
    await asyncio.sleep(0)
    ending = asyncio.create_task(end_task(task))
    await seen.wait()
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    released.set()
    await task
