"""The trace that a log line belongs to, in a process that traces."""

from __future__ import annotations

from structlog.typing import EventDict, WrappedLogger

from tracing.traceparent import current_traceparent


def add_trace_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Add the trace id to an event (a structlog processor, behind the one that masks long numbers)."""
    if step := current_traceparent():
        event["trace_id"] = step.trace_id
    return event
