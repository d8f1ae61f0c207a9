"""A clock that moves when told to."""

from __future__ import annotations

from typing import Final

BEGAN: Final = 1_790_000_000.0  # 2026-09-21: the sample data's results are published


class Clock:
    """Unix seconds from a day that is always the same."""

    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> float:
        return self.now
