"""Logs that a library printed something, without the text: the terminal of a server is a log too."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import structlog

log = structlog.get_logger("zin")


class _Printed(io.TextIOBase):
    """A stream that logs the caller of each write and drops the text."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text.strip():
            caller = sys._getframe(1)
            log.warning("printed", where=f"{caller.f_globals.get('__name__')}:{caller.f_lineno}")
        return len(text)


@contextmanager
def suppress_prints() -> Iterator[None]:
    """In this context, only the log and code that saved the original streams can write to the terminal."""
    with redirect_stdout(_Printed()), redirect_stderr(_Printed()):
        yield
