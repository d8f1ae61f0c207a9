"""The stores that obey one contract, each as seen from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from state.store.interface import Store

HOUR: Final = 3600.0  # seconds: no test lasts so long


@dataclass(frozen=True, slots=True)
class Watched:
    """A store as seen from outside: how many keys it holds, and the seconds after which it forgets one of them."""

    store: Store
    count: Callable[[], int]
    life: Callable[[str], float]
