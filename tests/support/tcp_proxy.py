"""A TCP proxy of the tests between a process and a server: it passes everything on, cuts, swallows or delays it.

    passes   bytes go through as they come
    cut      open connections are reset, new ones are refused
    silent   a partition: connections stay open and new ones are taken, and no byte arrives
    delayed  each piece arrives so many seconds later

The target is an address of TCP, or the path of a unix socket.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

Target = tuple[str, int] | Path
RESET: Final = struct.pack("ii", 1, 0)  # close() then sends RST. Source: socket(7), SO_LINGER
PIECE: Final = 64 * 1024  # bytes


class TcpProxy:
    """A proxy on a port of its own, which stays the same when it is cut and passes again."""

    def __init__(self, target: Target) -> None:
        self._target, self._seconds = target, 0.0
        self._open, self._flows = asyncio.Event(), set[asyncio.Task[None]]()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def passes(self) -> None:
        """Pass everything on from now, also what was held back meanwhile."""
        self._seconds = 0.0
        self._open.set()
        await self._listen()

    async def cut(self) -> None:
        """Reset what is open, and refuse what comes."""
        if self._server:
            self._server.close()
            self._server = None
        for flow in self._flows:
            flow.cancel()
        await asyncio.gather(*self._flows, return_exceptions=True)

    async def silent(self) -> None:
        """Let no byte through in either direction, and tell nobody."""
        self._open.clear()
        await self._listen()

    async def delayed(self, seconds: float) -> None:
        """Pass everything on so many seconds later."""
        await self.passes()
        self._seconds = seconds

    async def _listen(self) -> None:
        if not self._server:
            self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        flow = asyncio.create_task(self._join(reader, writer))
        self._flows.add(flow)
        flow.add_done_callback(self._flows.discard)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass a connection on until either end closes it, and reset both ends if this is cancelled."""
        ends = [writer]
        try:
            with suppress(OSError):
                await self._open.wait()
                there, back = await self._reach()
                ends.append(back)
                await _until_one_ends(self._flow(reader, back), self._flow(there, writer))
        except asyncio.CancelledError:
            for end in ends:
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        finally:
            for end in ends:
                end.close()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection(*self._target)

    async def _flow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await asyncio.sleep(self._seconds)
                await self._open.wait()
                writer.write(piece)
                await writer.drain()


async def _until_one_ends(*flows: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.create_task(flow) for flow in flows]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def tcp_proxy(target: Target) -> AsyncIterator[TcpProxy]:
    """A proxy before this server that passes everything on, as long as this context lasts."""
    proxy = TcpProxy(target)
    await proxy.passes()
    try:
        yield proxy
    finally:
        await proxy.cut()
