"""Sends single commands to a server's socket without a client, to watch the server."""

from __future__ import annotations

import asyncio
from pathlib import Path


class InlineConnection:
    """A connection for one command at a time, open between them: to connect costs five times as much as to ask."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, command: bytes, seconds: float) -> bytes:
        """Return the reply to an inline command: a line, or the text that the line announces; b"" for no reply."""
        reply = b""
        try:
            async with asyncio.timeout(seconds):
                reply = await self._reply(command)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:  # a connection that gave no whole reply could give it to the next command
            if not reply:
                self.close()
        return reply

    def close(self) -> None:
        """Close the connection; a later command opens one again."""
        opened, self._open = self._open, None
        if opened:
            opened[1].close()

    async def _reply(self, command: bytes) -> bytes:
        self._open = self._open or await asyncio.open_unix_connection(self._socket)
        reader, writer = self._open
        writer.write(command + b"\r\n")
        line = await reader.readline()
        return (await reader.readexactly(int(line[1:]) + 2))[:-2] if line.startswith(b"$") else line


async def ask(socket: Path, command: bytes, seconds: float) -> bytes:
    """Send one command on a connection of its own; return its reply as InlineConnection does."""
    connection = InlineConnection(socket)
    try:
        return await connection.ask(command, seconds)
    finally:
        connection.close()
