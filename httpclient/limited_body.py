"""Reads a body up to a limit."""

from __future__ import annotations

from aiohttp import StreamReader


async def read_limited(stream: StreamReader, max_bytes: int) -> bytes | None:
    """Read a whole stream; None if it has more than `max_bytes`. Raises aiohttp's errors for a broken body."""
    whole = bytearray()
    async for piece in stream.iter_any():
        whole += piece
        if len(whole) > max_bytes:
            return None
    return bytes(whole)
