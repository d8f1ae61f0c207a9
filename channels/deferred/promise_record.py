"""The stored form of a deferred look-up."""

from __future__ import annotations

from typing import Final

from channels.deferred.inbound_record import parse_recipient
from state.conversation.deferred_answers import DeferredRequest
from state.record_format import RecordFormat

PROMISE: Final = RecordFormat(DeferredRequest)


def decode_promise(stored: bytes) -> DeferredRequest:
    """Decode a stored look-up. Raises UnknownRecord."""
    fields = PROMISE.fields_of(stored)
    return DeferredRequest(**{**fields, "to": parse_recipient(fields["to"])})
