"""One HTTP/1.1 connection as an asyncio protocol, with one request at a time."""

from __future__ import annotations

import asyncio
import re
from typing import Final, Protocol

LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+) *\r\n", re.IGNORECASE)
END: Final = b"\r\n\r\n"


class Asker(Protocol):
    """The owner of a connection, who receives its answers."""

    def answered(self, line: HttpConnection, status: int, body: bytes) -> None:
        """Handle the answer to the last request."""

    def lost(self, line: HttpConnection) -> None:
        """Handle the loss of the connection, with its pending answer if there is one."""


class HttpConnection(asyncio.Protocol):
    """One connection. An answer must have a content length; otherwise the connection is closed."""

    def __init__(self, asker: Asker) -> None:
        self._asker, self._got = asker, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes) -> None:
        """Send a request; no other answer may be pending."""
        self._transport.write(request)

    def end(self) -> None:
        """Close the connection at once."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Collect bytes, and report the answer when it is complete."""
        if self._got:
            data = self._got + data
        ends = data.find(END)
        length = LENGTH.search(data, 0, ends + 2) if ends >= 0 else None
        if ends >= 0 and not length:
            self.end()
        elif not length or len(data) - ends - len(END) < int(length[1]):
            self._got = data
        else:
            self._got = b""
            if b"onnection: close\r\n" in data[: ends + 2]:
                self._transport.close()
            self._asker.answered(self, int(data[9:12]), data[ends + len(END) :])

    @property
    def is_closing(self) -> bool:
        """Whether the connection is closing."""
        return self._transport.is_closing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Report the loss to the owner."""
        self._asker.lost(self)
