"""PDUs: a header of sixteen octets and a body (SMPP 3.4, section 3.2), cut out of a stream of bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import Struct
from typing import Final

from smpp.constants import RESPONSE
from smpp.errors import InvalidFrame

HEADER: Final = Struct("!IIII")  # command_length, command_id, command_status, sequence_number
MAX_PDU: Final = 66_000  # octets: a message_payload has up to 65535
MAX_SEQUENCE: Final = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class Pdu:
    """One PDU, with its body not yet read."""

    command: int
    sequence: int
    status: int = 0
    body: bytes = field(default=b"", repr=False)

    @property
    def is_response(self) -> bool:
        """Return whether it answers a request."""
        return bool(self.command & RESPONSE)

    def encoded(self) -> bytes:
        """Return the octets on the wire."""
        return HEADER.pack(HEADER.size + len(self.body), self.command, self.status, self.sequence) + self.body


class PduStream:
    """Cuts what arrives into PDUs, wherever the network cuts it. It never holds more than one incomplete PDU."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> Iterator[Pdu]:
        """Yield the PDUs that are complete now. Raises InvalidFrame behind those before a length that no PDU has."""
        waiting, begin = self._waiting, 0
        waiting += data
        try:
            while len(waiting) - begin >= HEADER.size:
                length, command, status, sequence = HEADER.unpack_from(waiting, begin)
                if not HEADER.size <= length <= MAX_PDU:
                    raise InvalidFrame(f"a PDU of {length} octets")
                if len(waiting) - begin < length:
                    return
                body = bytes(waiting[begin + HEADER.size : begin + length])
                begin += length
                yield Pdu(command, sequence, status, body)
        finally:
            del waiting[:begin]
