"""The server without usage counters, to measure what they cost.

Only bench/hop.py runs it, beside the real server. There is no setting for this: the class that traces a hop is replaced
by one that does nothing.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import cli.processes
import settings
import state.conversation.conversation
from analytics.counters import Counters


class Blank:
    """A trace that records nothing; it is false, so that no source is timed."""

    __slots__ = ()
    rare = False

    def __init__(self, *_: Any) -> None:
        """Ignore all arguments."""

    def __bool__(self) -> bool:
        return False

    def nothing(self, *_: Any) -> None:
        """Do nothing, instead of recording."""

    come_by = miss = seek = reach = end = nothing


def _nothing(*_: Any) -> None:
    """Do nothing, instead of counting."""


if __name__ == "__main__":
    setattr(state.conversation.conversation, "Walk", Blank)  # noqa: B010 - a replacement for measurement only, which mypy would refuse
    setattr(Counters, "walked", _nothing)  # noqa: B010
    cli.processes.run(settings.load(), 1, partial(print, file=sys.stdout, flush=True))
