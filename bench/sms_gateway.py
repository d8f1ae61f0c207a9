"""A gateway for SMS that costs little of the machine: it answers each message with prepared bytes, after 20 ms.

A gateway over aiohttp would take more of the processor than the delivery that is measured beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import parse_qs

from tests.support.sms_gateway import recipient

GATEWAY_SECONDS = 0.02


@dataclass(slots=True)
class Arrivals:
    """The texts of the messages that reached the gateway, in their order, and the first time of each."""

    url: str = ""
    texts: list[str] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)

    def take(self, form: bytes) -> bytes:
        """Record one message. Returns the answer."""
        text = parse_qs(form.decode())["message"][0]
        self.texts.append(text)
        self.times.setdefault(text, perf_counter())
        body = recipient(named=f"ATXid_{len(self.texts)}").encode()
        head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    @property
    def twice(self) -> int:
        """How many messages came again."""
        return len(self.texts) - len(self.times)

    def clear(self) -> None:
        """Forget all messages."""
        self.texts.clear()
        self.times.clear()


class _Connection(asyncio.Protocol):
    """A connection with one request at a time, each with a length."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals, self._received = arrivals, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a request when it is complete."""
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if found and len(body) >= length:
            self._received = body[length:]
            answer = self._arrivals.take(body[:length])
            asyncio.get_running_loop().call_later(GATEWAY_SECONDS, self._transport.write, answer)


@asynccontextmanager
async def quick_gateway() -> AsyncIterator[Arrivals]:
    """A gateway that listens as long as this context lasts."""
    arrivals = Arrivals()
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(arrivals), "127.0.0.1", 0)
    arrivals.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/version1"
    async with server:
        yield arrivals
