"""Latencies of hops as percentiles."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Latency:
    """Latencies in ms: percentiles and maximum; `many` is the number of hops."""

    many: int = 0
    p50: float = 0.0
    p90: float = 0.0
    p99: float = 0.0
    most: float = 0.0

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Latency:
        """Compute the percentiles by nearest rank, without interpolation."""
        took = sorted(seconds)
        if not took:
            return cls()
        p50, p90, p99, most = (took[math.ceil(len(took) * share) - 1] * 1000 for share in (0.5, 0.9, 0.99, 1.0))
        return cls(len(took), p50, p90, p99, most)


NO_HOPS: Final = Latency()
