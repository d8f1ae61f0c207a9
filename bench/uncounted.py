"""The server without its figures: what a hop would cost if nobody counted.

Only bench/hop.py runs it, beside the real one. There is no setting for this: what notes the way of a hop is replaced by
what notes nothing.
"""

from __future__ import annotations

from typing import Any

import running
import settings
import state.hop


class Blank:
    """Notes nothing, and is false, so that no source is asked to be timed."""

    __slots__ = ()
    sought = ""

    def __init__(self, *_: Any) -> None:
        """Nothing of the hop is looked at."""

    def __bool__(self) -> bool:
        return False

    @property
    def screens(self) -> Blank:
        return self

    def append(self, _: str) -> None:
        """Nothing."""

    def end(self, *_: Any, **__: Any) -> None:
        """Nothing."""

    def __setattr__(self, *_: Any) -> None:
        """Nothing."""


def _nothing(*_: Any) -> None:
    """In place of counting."""


if __name__ == "__main__":
    setattr(state.hop, "Walk", Blank)  # noqa: B010 - nobody but a measurement may do this, and mypy would not let it
    setattr(state.hop.Conversation, "_count", _nothing)  # noqa: B010
    running.run(settings.load(), 1, print)
