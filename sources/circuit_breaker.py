"""A service that fails again and again is left in peace for a while, and its callers are told at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from state.errors import SourceUnavailable


class CircuitBreaker:
    """Opens after so many failures in a row; after a rest, in seconds, lets one call try, and closes if it succeeds."""

    def __init__(self, failures: int, rest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rest, self._clock = failures, rest, clock
        self._failed, self._open_until, self._trying = 0, 0.0, False

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around one call, which fails by raising SourceUnavailable; raises it instead of calling while open."""
        tries = self._failed >= self._most
        if tries:
            if self._trying or self._clock() < self._open_until:
                raise SourceUnavailable("left in peace after failing several times in a row")
            self._trying = True
        try:
            yield
        except SourceUnavailable:
            self._failed += 1
            self._open_until = self._clock() + self._rest
            raise
        else:
            self._failed = 0
        finally:
            if tries:
                self._trying = False
