"""A circuit breaker: after several failures a service is not called for a while, and callers get an error at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from state.errors import SourceUnavailable


class CircuitBreaker:
    """Opens after `failures` failures in a row; after `rest` seconds one trial call is allowed, and a success closes
    it.
    """

    def __init__(self, failures: int, rest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rest, self._clock = failures, rest, clock
        self._failed, self._open_until, self._trying = 0, 0.0, False

    @contextmanager
    def call(self) -> Iterator[None]:
        """Run one call inside this context; while the breaker is open, raise SourceUnavailable without calling."""
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
