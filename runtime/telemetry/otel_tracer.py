"""Spans by the SDK of OpenTelemetry. The present step of a trace is our own (tracing/traceparent.py).

A new trace has an id that follows from that of its request. So a message that another process sends later, or an
answer that it gives, is in the trace of the request, and an id in a log line leads to the trace without a search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from logs.request_id import current_request_id
from tracing.traceparent import Traceparent, current_traceparent, present_step
from tracing.tracer import Kind

KINDS: Final[Mapping[Kind, SpanKind]] = {"server": SpanKind.SERVER, "client": SpanKind.CLIENT}
DIGITS: Final = 32  # of a trace id, in hexadecimal


class RequestTraceIds(RandomIdGenerator):
    """Trace ids from the present request; outside of any, random ones."""

    def generate_trace_id(self) -> int:
        """Return the id of a new trace."""
        request_id = current_request_id()
        return trace_id_of(request_id) if request_id else super().generate_trace_id()

    def is_trace_id_random(self) -> bool:
        """Return whether all ids are random: a proxy may have given the request's."""
        return False


def trace_id_of(request_id: str) -> int:
    """Return the request's id if it has the form of a trace id, else a hash of it: a UUID is not random enough.

    Samplers compare the last eight bytes, of which a UUID sets two bits.
    """
    is_trace_id = len(request_id) == DIGITS and int(request_id, 16)
    return int(request_id if is_trace_id else blake2b(request_id.encode(), digest_size=16).hexdigest(), 16)


class OtelTracer:
    """A Tracer over the SDK's."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    @contextmanager
    def span(self, name: str, kind: Kind, labels: Mapping[str, str]) -> Iterator[RecordedSpan]:
        """Record a step below the present one. Of an exception the type is recorded, and never its text."""
        request_id = current_request_id()
        attributes = {**labels, "zin.request_id": request_id} if request_id else labels
        span = self._tracer.start_span(name, _context(current_traceparent()), KINDS[kind], attributes)
        with present_step(_step(span.get_span_context())):
            try:
                yield RecordedSpan(span)
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise
            finally:
                span.end()


class RecordedSpan:
    """A Span of the SDK, as our contract has it."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def end_as(self, outcome: str) -> None:
        """Set how it ended."""
        self._span.set_attribute("zin.outcome", outcome)


def _context(step: Traceparent | None) -> Context:
    if step is None:
        return Context()
    ids, flags = (int(step.trace_id, 16), int(step.span_id, 16)), TraceFlags(int(step.flags, 16))
    return set_span_in_context(NonRecordingSpan(SpanContext(*ids, step.is_remote, flags)), Context())


def _step(context: SpanContext) -> Traceparent:
    return Traceparent(f"{context.trace_id:032x}", f"{context.span_id:016x}", f"{context.trace_flags:02x}")
