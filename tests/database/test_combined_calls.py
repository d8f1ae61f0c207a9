"""Calls that come while a batch runs share the next, and each gets its own answer or error."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from database.combined_calls import CombinedCalls
from state.errors import SourceUnavailable
from tests.support.patience import PATIENCE


class Doubled:
    """Answers each number with its double; an odd number is an error, 13 fails the batch, 99 never ends."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.calls: CombinedCalls[int, int] = CombinedCalls(self.answer)

    async def answer(self, asked: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(asked))
        await asyncio.sleep(PATIENCE if 99 in asked else 0.01)
        if 13 in asked:
            raise KeyError(13)
        return [ValueError(str(one)) if one % 2 else 2 * one for one in asked]


async def test_calls_share_batches_and_get_their_own_answers() -> None:
    doubled = Doubled()
    first = [asyncio.create_task(doubled.calls.call(number)) for number in (0, 2)]
    await asyncio.sleep(0.001)
    then = [asyncio.create_task(doubled.calls.call(number)) for number in (4, 5, 6)]
    found = await asyncio.gather(*first, *then, return_exceptions=True)
    assert [one if isinstance(one, int) else type(one) for one in found] == [0, 4, 8, ValueError, 12]
    assert doubled.batches == [[0, 2], [4, 5, 6]]


async def test_failed_batch_fails_its_calls_only() -> None:
    doubled = Doubled()
    found = await asyncio.gather(*map(doubled.calls.call, (2, 13)), return_exceptions=True)
    assert [type(one) for one in found] == [KeyError] * 2
    assert await doubled.calls.call(2) == 4


async def test_cancelled_caller_leaves_the_others() -> None:
    doubled = Doubled()
    tasks = [asyncio.create_task(doubled.calls.call(number)) for number in (2, 4)]
    await asyncio.sleep(0.001)
    tasks[0].cancel()
    assert await tasks[1] == 8
    await doubled.calls.close()


async def test_cancelled_work_lets_nobody_wait() -> None:
    doubled = Doubled()
    tasks = [asyncio.create_task(doubled.calls.call(99))]
    await asyncio.sleep(0.001)
    tasks.append(asyncio.create_task(doubled.calls.call(2)))
    await asyncio.sleep(0)
    assert doubled.calls._work
    doubled.calls._work.cancel()
    async with asyncio.timeout(PATIENCE / 2):
        found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in found] == [SourceUnavailable] * 2
    assert await doubled.calls.call(2) == 4


async def test_close_waits_for_all_answers() -> None:
    doubled = Doubled()
    tasks = [asyncio.create_task(doubled.calls.call(number)) for number in (2, 4)]
    await asyncio.sleep(0)
    await doubled.calls.close()
    await asyncio.sleep(0)
    assert all(task.done() for task in tasks)
