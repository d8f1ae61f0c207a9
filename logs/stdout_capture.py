"""What a library prints, without what it prints: a server's terminal is a log too."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import structlog

log = structlog.get_logger("zin")


class _Printed(io.TextIOBase):
    """A stream that logs where something was written to it, and drops the words."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text.strip():
            caller = sys._getframe(1)
            log.warning("printed", where=f"{caller.f_globals.get('__name__')}:{caller.f_lineno}")
        return len(text)


@contextmanager
def suppress_prints() -> Iterator[None]:
    """Within this only the log, and who kept the streams from before, writes to the terminal."""
    with redirect_stdout(_Printed()), redirect_stderr(_Printed()):
        yield
