"""Citizens who come when they are due, whatever was answered by then, and each one's visit to the server.

Nobody waits for anybody: who is due while the server is busy is late by that much, and the wait is in that time.
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

AT_ONCE: Final = 50  # look-ups begun in one turn of the loop: answers are heard between


class LoadScheduler:
    """All visits, each begun when it is due."""

    def __init__(
        self, times: array[float], seats: Iterator[LookUp], citizens: Citizens, lines: ConnectionPool, tally: Recorder
    ) -> None:
        self._times, self._seats, self._citizens, self._lines = times, seats, citizens, lines
        self.tally, self._begun = tally, 0
        self._loop = asyncio.get_running_loop()

    @property
    def is_begun(self) -> bool:
        """Whether every look-up was asked."""
        return self._begun == len(self._times)

    @property
    def last(self) -> float:
        """When the last look-up is due, by the loop's time."""
        return self.tally.began + self._times[-1]

    def begin(self) -> None:
        self.tally.began = self._loop.time()
        self._arrive()

    def _arrive(self) -> None:
        """Begin what is due, and come back when the next one is."""
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
        self._tally.record_asked(self._look_up.channel, due)
        self._ask(next(self._script), due)

    def on_reply(self, reply: Reply, now: float) -> None:
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
