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


class EmptyTrace:
    """A trace that records nothing; it is false, so that no source is timed."""

    __slots__ = ()
    has_details = False

    def __init__(self, *_: Any) -> None:
        """Ignore all arguments."""

    def __bool__(self) -> bool:
        return False

    def ignore(self, *_: Any) -> None:
        """Do nothing, instead of recording."""

    add_screen = record_unrecognized = record_failed_search = ignore
    mark_completed = record_question = finish = ignore


def _ignore(*_: Any) -> None:
    """Do nothing, instead of counting."""


if __name__ == "__main__":
    # Plain assignments, so that a rename of these symbols is followed here; only a measurement may replace them.
    state.conversation.conversation.HopTrace = EmptyTrace  # type: ignore[assignment, attr-defined]
    Counters.record_hop = _ignore  # type: ignore[assignment, method-assign]
    cli.processes.run_server(settings.load(), 1, partial(print, file=sys.stdout, flush=True))
