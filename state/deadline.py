"""Deadlines of hops and of questions: what takes too long is cancelled, so that the caller can still answer.

One timer checks all running tasks several times per deadline. A timer for each task would cost a tenth of a hop
(bench/), and nearly all of them would be cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

SWEEPS: Final = 20  # checks per deadline: a task is cancelled at most one twentieth of the deadline too late
Answer = TypeVar("Answer")


class DeadlineExceeded(TimeoutError):
    """No answer came within the deadline."""


class Deadline:
    """Cancels what takes longer than `seconds`; one object serves all tasks of one kind in an event loop."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._pause = seconds, seconds / SWEEPS
        self._loop: asyncio.AbstractEventLoop | None = None
        self._since: dict[asyncio.Task[Any], float] = {}
        self._overdue: set[asyncio.Task[Any]] = set()
        self._sweep: asyncio.TimerHandle | None = None

    async def within(self, answer: Awaitable[Answer], waited: float = 0.0) -> Answer:
        """Await the answer in the current task. Raises DeadlineExceeded if it does not come in time.

        waited are seconds of the deadline that have passed already; even if all have, the answer has until the next
        check, because it may be as quick as an apology.
        """
        loop = self._loop = self._loop or asyncio.get_running_loop()  # get_running_loop() reads the pid each time
        task = asyncio.current_task(loop)
        assert task is not None, "a coroutine runs in a task"
        self._since[task] = loop.time() - waited
        if self._sweep is None:
            self._sweep = loop.call_later(self._pause, self._look, loop)
        try:
            return await answer
        except asyncio.CancelledError:
            if task in self._overdue and task.uncancel() == 0:
                raise DeadlineExceeded(f"no answer within {self._seconds} s") from None
            raise
        finally:
            del self._since[task]
            self._overdue.discard(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cancel overdue tasks, and schedule the next check while tasks are running."""
        too_old = loop.time() - self._seconds
        for task, since in self._since.items():
            if since <= too_old and task not in self._overdue:
                self._overdue.add(task)
                task.cancel()
        self._sweep = loop.call_later(self._pause, self._look, loop) if self._since else None
