"""How many requests of one bind may wait for their responses, and how fast they may follow each other.

A peer that says « throttled » or « queue full » gets half as many, after a pause that doubles; each time that a whole
window was accepted, it gets one more. Answers of calls go before messages, and wait for no pause: their citizen holds
the phone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from smpp.errors import NoPlace

FIRST_PAUSE: Final = 0.1  # seconds after the first « throttled »
LONGEST_PAUSE: Final = 5.0


class Window:
    """The window of one bind: `most` requests at once, `per_second` of them in a second."""

    def __init__(self, most: int, per_second: float) -> None:
        self._most = self.limit = most
        self._gap = 1 / per_second
        self._in_flight, self._accepted = 0, 0
        self._pause, self._next, self._paused_until = FIRST_PAUSE, 0.0, 0.0
        self._queues: tuple[deque[asyncio.Future[None]], ...] = (deque(), deque())
        self._timer: asyncio.TimerHandle | None = None

    @property
    def in_flight(self) -> int:
        """Return how many requests wait for their responses."""
        return self._in_flight

    def close(self) -> None:
        """Give no more turns by the clock."""
        if self._timer:
            self._timer.cancel()

    @asynccontextmanager
    async def place(self, seconds: float, *, is_urgent: bool = False) -> AsyncIterator[None]:
        """Hold a place for the duration of this context. Raises NoPlace if there is none within so many seconds."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues[0 if is_urgent else 1].append(turn)
        self._give()
        try:
            if not turn.done():
                async with asyncio.timeout(seconds):
                    await turn
        except BaseException as error:
            self._leave(turn)
            if isinstance(error, TimeoutError):
                raise NoPlace("window_full") from None
            raise
        try:
            yield
        finally:
            self._in_flight -= 1
            self._give()

    def throttled(self) -> None:
        """Note that the peer refused a request because there were too many."""
        now = asyncio.get_running_loop().time()
        if now < self._paused_until:
            return  # of the same burst
        self.limit, self._accepted = max(1, self.limit // 2), 0
        self._paused_until = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def accepted(self) -> None:
        """Note that the peer accepted a request."""
        self._accepted += 1
        self._pause = FIRST_PAUSE
        if self._accepted >= self.limit:
            self.limit, self._accepted = min(self.limit + 1, self._most), 0

    def _leave(self, turn: asyncio.Future[None]) -> None:
        """Give back the turn of a request that waits no more."""
        if turn.done() and not turn.cancelled():
            self._in_flight -= 1
        turn.cancel()
        self._give()

    def _give(self) -> None:
        """Give the turns that there are now, and look again when the next one is due."""
        now = asyncio.get_running_loop().time()
        for queue, since in zip(self._queues, (0.0, self._paused_until), strict=True):
            while queue and self._in_flight < self.limit:
                due = max(self._next, since)
                if due > now:
                    self._look_again(due)
                    break
                turn = queue.popleft()
                if not turn.done():
                    self._in_flight += 1
                    self._next = max(self._next, now - self._gap) + self._gap
                    turn.set_result(None)

    def _look_again(self, at: float) -> None:
        if self._timer and self._timer.when() > at:
            self._timer.cancel()
            self._timer = None
        self._timer = self._timer or asyncio.get_running_loop().call_at(at, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self._give()
