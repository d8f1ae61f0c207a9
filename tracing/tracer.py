"""The plug point of tracing, and the tracer of this process.

A span names parts of Zin and how they ended: never a number, a text, a result or the id of a session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import ClassVar, Literal, Protocol

Kind = Literal["server", "client"]  # answers a request, or makes one


class Span(Protocol):
    """One step of a request while it lasts."""

    def end_as(self, outcome: str) -> None:
        """Say how it ended, in a word that the metrics use too."""


class Tracer(Protocol):
    """Records spans. runtime/telemetry/otel_tracer.py sends them; tests/runtime/telemetry is the full contract."""

    def span(self, name: str, kind: Kind, labels: Mapping[str, str]) -> AbstractContextManager[Span]:
        """Record a step for the duration of this context, with the id of the request. An exception fails it."""


class _Process:
    tracer: ClassVar[Tracer | None] = None


def active_tracer() -> Tracer | None:
    """Return the tracer of this process; None if it traces nothing. What is built later asks this once."""
    return _Process.tracer


@contextmanager
def activated(tracer: Tracer) -> Iterator[None]:
    """Trace what is built in this context."""
    _Process.tracer = tracer
    try:
        yield
    finally:
        _Process.tracer = None
