"""A message that waits to be answered, as it is kept in SQL."""

from __future__ import annotations

import orjson

from state.messages import Inbound, Recipient


def written(inbound: Inbound) -> bytes:
    """The message as it is kept; sealed before that."""
    return orjson.dumps(inbound)


def read(kept: bytes) -> Inbound:
    """The message that was kept."""
    told = orjson.loads(kept)
    to = told.pop("to")
    return Inbound(**told, to=Recipient(**to) if to else None)
