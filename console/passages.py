"""How screens are passed, as the figures count it: what the map asks of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Protocol


class Passage(Protocol):
    """How often a screen was come to, was left for another one, and was given an input that meant nothing there."""

    @property
    def arrived(self) -> int: ...

    @property
    def went_on(self) -> int: ...

    @property
    def missed(self) -> int: ...


Traffic = Callable[[date, date], Awaitable[Mapping[str, Passage]]]  # the first and the last day; by screen


async def uncounted(_: date, __: date) -> Mapping[str, Passage]:
    """Nothing was counted."""
    return {}
