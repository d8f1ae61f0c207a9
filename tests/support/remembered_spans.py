"""A tracer of the tests: it remembers its spans, and is active as a real one would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tracing.tracer import Kind


@dataclass
class RememberedSpan:
    """A span, and how it ended."""

    name: str
    kind: Kind
    labels: Mapping[str, str]
    outcome: str = ""
    failed: str = ""

    def end_as(self, outcome: str) -> None:
        self.outcome = outcome


@dataclass
class RememberingTracer:
    """A tracer whose spans are in `spans`, in the order in which they began."""

    spans: list[RememberedSpan] = field(default_factory=list)

    @contextmanager
    def span(self, name: str, kind: Kind, labels: Mapping[str, str]) -> Iterator[RememberedSpan]:
        span = RememberedSpan(name, kind, labels)
        self.spans.append(span)
        try:
            yield span
        except BaseException as error:
            span.failed = type(error).__name__
            raise
