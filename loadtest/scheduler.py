"""Starts each look-up when it is due, even if earlier ones have no answer yet.

The wait for a busy server is part of the measured time.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Iterator
from typing import Final

from loadtest.http_pool import ConnectionPool, Reply
from loadtest.recorder import Recorder
from loadtest.scenarios import LookUp
from loadtest.virtual_users import Citizens, Script

AT_ONCE: Final = 50  # look-ups started in one iteration of the loop, so that answers are read in between


class LoadScheduler:
    """Starts all look-ups, each when it is due."""

    def __init__(
        self, times: array[float], seats: Iterator[LookUp], citizens: Citizens, lines: ConnectionPool, tally: Recorder
    ) -> None:
        self._times, self._seats, self._citizens, self._lines = times, seats, citizens, lines
        self.tally, self._begun = tally, 0
        self._loop = asyncio.get_running_loop()

    @property
    def is_begun(self) -> bool:
        """Whether every look-up has started."""
        return self._begun == len(self._times)

    @property
    def last(self) -> float:
        """The loop's time at which the last look-up is due."""
        return self.tally.began + self._times[-1]

    def begin(self) -> None:
        """Start the clock of the load test."""
        self.tally.began = self._loop.time()
        self._arrive()

    def _arrive(self) -> None:
        """Start the look-ups that are due, and schedule the next call."""
        now, began = self._loop.time(), self.tally.began
        for _ in range(AT_ONCE):
            if self.is_begun:
                return
            due = began + self._times[self._begun]
            if due > now:
                self._loop.call_at(due, self._arrive)
                return
            self._begun += 1
            self.tally.behind = max(self.tally.behind, now - due)
            look_up = next(self._seats)
            VirtualUser(self._lines, self.tally, look_up, self._citizens.script(look_up, due)).begin(due)
        self._loop.call_soon(self._arrive)


class VirtualUser:
    """One look-up, from its first request to its end."""

    __slots__ = ("_due", "_lines", "_look_up", "_script", "_tally")

    def __init__(self, lines: ConnectionPool, tally: Recorder, look_up: LookUp, script: Script) -> None:
        self._lines, self._tally, self._look_up, self._script = lines, tally, look_up, script

    def begin(self, due: float) -> None:
        """Record the look-up, and send its first request."""
        self._tally.record_asked(self._look_up.channel, due)
        self._ask(next(self._script), due)

    def on_reply(self, reply: Reply, now: float) -> None:
        """Record the hop, and send the next request or record the end."""
        self._tally.record_hop(self._look_up.channel, self._due, now)
        if reply.status != 200:
            self._tally.errors[reply.lost or f"status {reply.status}"] += 1
        try:
            request = self._script.send(reply)
        except StopIteration as end:
            if end.value != "awaited":
                self._tally.record_end(self._look_up.channel, end.value, self._look_up.seat, now)
        else:
            self._ask(request, now)

    def _ask(self, request: bytes, due: float) -> None:
        self._due = due
        self._lines.ask(request, due, self)
