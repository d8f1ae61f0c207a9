"""Sends one command to a server's socket without a client, to watch the server."""

from __future__ import annotations

import asyncio
from pathlib import Path


async def ask(socket: Path, command: bytes, seconds: float) -> bytes:
    """Return the reply to an inline command: a line, or the text that the line announces; b"" for no reply."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(command + b"\r\n")
                line = await reader.readline()
                return await reader.readexactly(int(line[1:])) if line.startswith(b"$") else line
            finally:
                writer.close()
    except (OSError, asyncio.IncompleteReadError):
        return b""
