"""What is only played is nobody's news: the log says nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

_PLAYED: Final = ContextVar("played", default=False)


def drop_replay_logs(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The first processor of a log, which drops what is told while something is played."""
    if _PLAYED.get():
        raise structlog.DropEvent
    return event


@contextmanager
def suppress_logs() -> Iterator[None]:
    """Nothing goes to the log from within, nor from the tasks and threads that begin there."""
    if not structlog.is_configured():  # a command, whose log nobody set up
        structlog.configure(processors=[drop_replay_logs, *structlog.get_config()["processors"]])
    played = _PLAYED.set(True)
    try:
        yield
    finally:
        _PLAYED.reset(played)
