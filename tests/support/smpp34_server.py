"""The server of smpp34, which is not ours (PyPI, a core in Rust), on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import smpp34

from bench.processes import free_port
from tests.support.patience import PATIENCE


@asynccontextmanager
async def served() -> AsyncIterator[tuple[smpp34.Server, int]]:
    port = free_port()
    server = smpp34.Server("127.0.0.1", port, system_id="theirs")
    await server.start()
    try:
        async with asyncio.timeout(PATIENCE):
            yield server, port
    finally:
        await server.stop()


async def bound_esme(server: smpp34.Server) -> smpp34.Esme:
    esme = await server.next()
    assert isinstance(esme, smpp34.Esme)
    return esme
