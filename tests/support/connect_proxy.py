"""An HTTP proxy of the tests on loopback: it forwards CONNECT and requests with a whole address to one server."""

from __future__ import annotations

import asyncio
import contextlib
from base64 import b64encode
from dataclasses import dataclass, field


@dataclass(slots=True)
class ConnectProxy:
    """A proxy whose every host is the server at this port.

    Without a port it refuses all with this status line; with credentials it asks for them, `user:password`.
    """

    to: int = 0
    refusal: str = "403 Forbidden"
    credentials: str = ""
    asked: list[str] = field(default_factory=list)  # request lines
    shown: list[str] = field(default_factory=list)  # Proxy-Authorization of each
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def address(self) -> str:
        assert self._server
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> ConnectProxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            with contextlib.suppress(asyncio.CancelledError):  # asyncio would log it as an error of the connection
                await self._forward(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, _, rest = head.partition("\r\n")
        fields = dict(line.split(": ", 1) for line in rest.splitlines() if ": " in line)
        self.asked.append(first)
        self.shown.append(fields.get("Proxy-Authorization", ""))
        if refusal := self._refusal(self.shown[-1]):
            writer.write(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            return
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self.to)
        if first.startswith("CONNECT "):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            to_writer.write(head.encode())
        try:
            await asyncio.gather(_pipe(reader, to_writer), _pipe(to_reader, writer))
        finally:
            to_writer.close()

    def _refusal(self, shown: str) -> str:
        if self.credentials and shown != f"Basic {b64encode(self.credentials.encode()).decode()}":
            return "407 Proxy Authentication Required"
        return "" if self.to else self.refusal


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()
