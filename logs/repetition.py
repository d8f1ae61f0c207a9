"""Writes a warning once, and counts it while it comes again: an outage is a few lines, not a line for each call.

The same line is one with the same level, event and texts; its numbers, such as seconds, may differ. What was left out
stands in the next line of any kind that is written, as left_out, by event.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

REPEAT_SECONDS: Final = 10.0  # until a line that comes again is written again
MAX_LINES: Final = 256  # that are remembered; beyond that the oldest is written again
LIMITED: Final = frozenset({"warning", "error", "critical"})
Line = tuple[tuple[str, str], ...]


class Repetitions:
    """Drops repeated warnings and errors (a structlog processor, behind those that add level and exception)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._written: dict[Line, float] = {}
        self._left_out = Counter[str]()

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        """Return the event, with what was left out before it. Raises DropEvent for one that was just written."""
        with self._lock:
            if event.get("level") in LIMITED and self._is_repeated(event):
                self._left_out[str(event.get("event"))] += 1
                raise structlog.DropEvent
            if self._left_out:
                event["left_out"], self._left_out = dict(self._left_out), Counter()
        return event

    def _is_repeated(self, event: EventDict) -> bool:
        line, now = tuple(sorted((name, one) for name, one in event.items() if isinstance(one, str))), self._clock()
        if now - self._written.get(line, -REPEAT_SECONDS) < REPEAT_SECONDS:
            return True
        self._written.pop(line, None)
        self._written[line] = now  # the last one written is the last to go
        if len(self._written) > MAX_LINES:
            del self._written[next(iter(self._written))]
        return False
