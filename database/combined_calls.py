"""Combines calls of one kind: those that arrive while one batch runs form the next.

A statement for one row costs a round trip or a wait for the disk; a batch of a hundred rows costs little more. A call
never waits for others to come: the first one starts a batch at once, and under load the batches grow by themselves.
Every call gets an answer or an error, whatever fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

from state.errors import SourceUnavailable

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class CombinedCalls(Generic[Asked, Answer]):
    """Calls that answer_all answers together: with one answer, or one error to raise, for each, in their order."""

    def __init__(self, answer_all: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer | Exception]]]) -> None:
        self._answer_all = answer_all
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._work: asyncio.Task[None] | None = None

    async def call(self, asked: Asked) -> Answer:
        """The answer to one call. It is also made if its caller is cancelled.

        Raises SourceUnavailable if the work on the batches is cancelled.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._work is None:
            self._work = asyncio.create_task(self._answer_batches())
        return await answer

    async def close(self) -> None:
        """Wait until all calls are answered."""
        if self._work:
            await asyncio.wait((self._work,))

    async def _answer_batches(self) -> None:
        batch: list[tuple[Asked, asyncio.Future[Answer]]] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                try:
                    found = await self._answer_all([asked for asked, _ in batch])
                except Exception as error:  # of any kind: all futures get it, and the next batch continues
                    fail_all((answer for _, answer in batch), error)
                    continue
                for (_, answer), given in zip(batch, found, strict=True):
                    settle(answer, given)
        finally:  # also if this task is cancelled, every call gets an error
            fail_all((answer for _, answer in [*batch, *self._waiting]), SourceUnavailable("the work was stopped"))
            self._waiting, self._work = [], None


def settle(answer: asyncio.Future[Answer], given: Answer | Exception) -> None:
    """Set the answer or the error of a future."""
    if answer.done():  # the caller was cancelled
        return
    if isinstance(given, Exception):
        answer.set_exception(given)
    else:
        answer.set_result(given)


def fail_all(answers: Iterable[asyncio.Future[Answer]], error: Exception) -> None:
    """Set an error on all futures that are not done."""
    for answer in answers:
        settle(answer, error)
