"""The time of a hop, and of a question within it: what takes longer is ended, so that somebody can be told in time.

One sweep looks at all that is under way, a few times a second. A timer for each would say the same to the millisecond
and cost a tenth of a hop (bench/), nearly always to be cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

SWEEPS: Final = 20  # in the time given: how late an end may come, in parts of it
Answer = TypeVar("Answer")


class DeadlineExceeded(TimeoutError):
    """The time was up before there was an answer."""


class Deadline:
    """Ends what takes longer than these seconds; one serves all of one kind in an event loop."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._pause = seconds, seconds / SWEEPS
        self._loop: asyncio.AbstractEventLoop | None = None
        self._since: dict[asyncio.Task[Any], float] = {}
        self._overdue: set[asyncio.Task[Any]] = set()
        self._sweep: asyncio.TimerHandle | None = None

    async def within(self, answer: Awaitable[Answer]) -> Answer:
        """The answer, awaited in the current task. Raises TooLate when it does not come in time."""
        loop = self._loop = self._loop or asyncio.get_running_loop()  # which asks the system for our pid each time
        task = asyncio.current_task(loop)
        assert task is not None, "a coroutine runs in a task"
        self._since[task] = loop.time()
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
        """End what began too long ago, and look again as long as something is under way."""
        too_old = loop.time() - self._seconds
        for task, since in self._since.items():
            if since <= too_old and task not in self._overdue:
                self._overdue.add(task)
                task.cancel()
        self._sweep = loop.call_later(self._pause, self._look, loop) if self._since else None
