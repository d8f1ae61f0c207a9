"""The stored form of a message that waits for its answer."""

from __future__ import annotations

from typing import Any, Final

from state.interfaces import Inbound, Recipient
from state.record_format import RecordFormat, UnknownRecord

FORMAT: Final = RecordFormat(
    Inbound,
    stored_names={"inputs_are_cumulative": "joined", "button_mark": "pressed", "reply_to": "to"},
    left_out=("begins",),  # of calls, which are never stored
)


def encode_inbound(inbound: Inbound) -> bytes:
    """Encode a message as JSON, to be encrypted and stored."""
    return FORMAT.serialize(inbound)


def decode_inbound(stored: bytes) -> Inbound:
    """Decode a stored message. Raises UnknownRecord."""
    fields = FORMAT.fields_of(stored)
    to = fields.get("reply_to")
    echo = tuple(fields.get("echo", ()))
    return Inbound(**{**fields, "echo": echo, "reply_to": parse_recipient(to) if to else None})


def parse_recipient(stored: Any) -> Recipient:
    """The recipient in a record. Raises UnknownRecord."""
    try:
        return Recipient(**stored)
    except TypeError:
        raise UnknownRecord("a recipient that another version of Zin wrote") from None
