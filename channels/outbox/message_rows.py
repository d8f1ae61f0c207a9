"""Messages as rows of the outbox, their addresses encrypted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import structlog

from channels.contracts.phone_numbers import number_of_address
from channels.contracts.sender import Message
from channels.outbox.column_values import decode_card, encode_card
from database.column_limits import cleaned, milliseconds
from database.encryption import Seal
from database.interface import Row
from logs.request_id import current_request_id
from state.errors import ZinError

log = structlog.get_logger()


class MessageRows:
    """Writes and reads the rows of messages; times are Unix milliseconds. routed are gateways with a table."""

    def __init__(self, seal: Seal, routed: Collection[str] = ()) -> None:
        self._seal, self._routed = seal, routed

    def new(self, message: Message, now: int) -> Row:
        """Return the row of a new message."""
        number = number_of_address(message.gateway, message.address)
        return {
            "key": message.key,
            "gateway": message.gateway,
            "address": self._seal.encrypt(message.address, "outbox", message.key),
            "address_digest": self._seal.digest(number) if number else None,
            "text": cleaned(message.text),
            "card": encode_card(message.card),
            "topic": message.topic,
            "basis": message.basis,
            "handed_at": None,
            "heard_at": min(milliseconds(message.last_inbound_at), now) // 1000,  # never in the future
            "waited_for": message.is_awaited,
            "state": "queued",
            "tries": 0,
            "due_at": now,
            "expires_at": now + milliseconds(message.ttl_seconds),
            "posted_at": now,
            "sent_at": None,
            "ended_at": None,
            "reference": "",
            "why": "",
            "request_id": current_request_id() or None,
            "network": "" if message.gateway in self._routed else None,
            "route": None,
        }

    def read(self, row: Any) -> Message | None:
        """Return a claimed message; None if its address cannot be decrypted. It then stays claimed until its lease
        ends.
        """
        try:
            address = self._seal.decrypt(row["address"], "outbox", row["key"])
        except ZinError as sealed:
            log.error("message kept back", gateway=row["gateway"], why=str(sealed))
            return None
        return Message(
            row["key"],
            row["gateway"],
            address,
            row["text"],
            bool(row["waited_for"]),
            card=decode_card(row["card"]),
            last_inbound_at=float(row["heard_at"]),
            topic=row["topic"],
            basis=row["basis"],
            request_id=row["request_id"] or "",
        )
