"""The server without its figures: what a hop would cost if nobody counted.

Only bench/hop.py runs it, beside the real one. There is no setting for this: what notes the way of a hop is replaced by
what notes nothing.
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
    """Notes nothing, and is false, so that no source is asked to be timed."""

    __slots__ = ()
    rare = False

    def __init__(self, *_: Any) -> None:
        """Nothing of the hop is looked at."""

    def __bool__(self) -> bool:
        return False

    def nothing(self, *_: Any) -> None:
        """In place of noting."""

    come_by = miss = seek = reach = end = nothing


def _nothing(*_: Any) -> None:
    """In place of counting."""


if __name__ == "__main__":
    setattr(state.conversation.conversation, "Walk", Blank)  # noqa: B010 - nobody but a measurement may do this, and mypy would not let it
    setattr(Counters, "walked", _nothing)  # noqa: B010
    cli.processes.run(settings.load(), 1, partial(print, file=sys.stdout, flush=True))
