"""Suppresses log output while recorded journeys are replayed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

_PLAYED: Final = ContextVar("played", default=False)


def drop_replay_logs(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop events that are logged during a replay (the first structlog processor)."""
    if _PLAYED.get():
        raise structlog.DropEvent
    return event


@contextmanager
def suppress_logs() -> Iterator[None]:
    """Suppress log output in this context, also of the tasks and threads that start in it."""
    if not structlog.is_configured():  # a command, whose log nobody set up
        structlog.configure(processors=[drop_replay_logs, *structlog.get_config()["processors"]])
    played = _PLAYED.set(True)
    try:
        yield
    finally:
        _PLAYED.reset(played)
