"""The trace that the present task belongs to, as W3C Trace Context writes it in the header `traceparent`.

A request begins with the trace of a trusted proxy, if it gave one; each span is a step of it while it lasts. Source:
w3.org/TR/trace-context, 3.2. Of other versions than 00 nothing is read: their form may be longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

HEADER: Final = "traceparent"
VALID: Final = re.compile(r"00-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Traceparent:
    """One step of a trace: its ids and flags in hexadecimal. is_remote says that another program gave it to us."""

    trace_id: str
    span_id: str
    flags: str
    is_remote: bool = False

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


_CURRENT: Final[ContextVar[Traceparent | None]] = ContextVar("traceparent", default=None)


def read_traceparent(written: str) -> Traceparent | None:
    """Return the step that a header names; None if it is not exactly one of version 00."""
    found = VALID.fullmatch(written)
    return Traceparent(found[1], found[2], found[3], is_remote=True) if found else None


def begin_trace(written: str) -> None:
    """Let the present task, and those that it starts, follow the trace of this header, or none."""
    _CURRENT.set(read_traceparent(written))


def current_traceparent() -> Traceparent | None:
    """Return the present step; None outside of any trace."""
    return _CURRENT.get()


@contextmanager
def present_step(step: Traceparent) -> Iterator[None]:
    """Make this the present step in this context, also for the tasks that start in it."""
    before = _CURRENT.set(step)
    try:
        yield
    finally:
        _CURRENT.reset(before)
