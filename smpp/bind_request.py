"""The request that opens a session (SMPP 3.4, section 4.1)."""

from __future__ import annotations

from dataclasses import dataclass, field

from smpp.constants import BIND_TRANSCEIVER, INTERFACE_VERSION
from smpp.octets import Octets, encode_string

MAX_SYSTEM_ID, MAX_PASSWORD, MAX_SYSTEM_TYPE = 15, 8, 12  # signs


@dataclass(frozen=True, slots=True)
class BindRequest:
    """Who binds, and as what: command is one of BINDS. ton and npi are those of our addresses."""

    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    ton: int = 0
    npi: int = 0
    command: int = BIND_TRANSCEIVER

    def encoded(self) -> bytes:
        """Return the body."""
        names = (self.system_id, self.password, self.system_type)
        head = b"".join(map(encode_string, names))
        return head + bytes((INTERFACE_VERSION, self.ton, self.npi)) + encode_string("")


def decode_bind(command: int, body: bytes) -> BindRequest:
    """Read the body of a bind. Raises MalformedBody."""
    octets = Octets(body)
    system_id, password, system_type = octets.string(), octets.string(), octets.string()
    _version, ton, npi = octets.octets(3)
    return BindRequest(system_id, password, system_type, ton, npi, command)
