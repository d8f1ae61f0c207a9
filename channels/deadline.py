"""The time of a hop: what takes longer is ended, so that the citizen is told before the gateway gives up.

One sweep looks at all hops in flight, a few times a second. A timer for each of them would say the same to the
millisecond and cost a tenth of the hop (bench/), nearly always to be cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

SWEEPS: Final = 20  # in the time of one hop: how late an end may come, in parts of it
Answer = TypeVar("Answer")


class Deadline:
    """Ends what takes longer than these seconds; one serves all hops of an event loop."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._pause = seconds, seconds / SWEEPS
        self._since: dict[asyncio.Task[Any], float] = {}
        self._overdue: set[asyncio.Task[Any]] = set()
        self._sweep: asyncio.TimerHandle | None = None

    async def within(self, answer: Awaitable[Answer]) -> Answer:
        """The answer, awaited in the current task. Raises TimeoutError when it does not come in time."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None, "a coroutine runs in a task"
        self._since[task] = loop.time()
        if self._sweep is None:
            self._sweep = loop.call_later(self._pause, self._look, loop)
        try:
            return await answer
        except asyncio.CancelledError:
            if task in self._overdue and task.uncancel() == 0:
                raise TimeoutError(f"no answer within {self._seconds} s") from None
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
