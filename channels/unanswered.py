"""A message that waits to be answered, as it is kept in SQL."""

from __future__ import annotations

from typing import Any, Final

import orjson

from state.messages import Inbound, Recipient
from state.records import RecordFormat, UnknownRecord

FORMAT: Final = RecordFormat(Inbound)


def written(inbound: Inbound) -> bytes:
    """The message as it is kept; sealed before that."""
    return orjson.dumps(inbound)


def read(kept: bytes) -> Inbound:
    """The message that was kept. Raises UnknownRecord."""
    told = FORMAT.fields_of(kept)
    to = told.get("to")
    return Inbound(**{**told, "to": recipient_of(to) if to else None})


def recipient_of(told: Any) -> Recipient:
    """The recipient within a record. Raises UnknownRecord."""
    try:
        return Recipient(**told)
    except TypeError:
        raise UnknownRecord("a recipient that another version of Zin wrote") from None
