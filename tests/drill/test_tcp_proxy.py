"""The TCP proxy of the drills: what goes through it, and what its two ends see when it does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.patience import PATIENCE
from tests.support.tcp_proxy import TcpProxy, tcp_proxy


class Line:
    """One connection through the proxy to a server that says everything again."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def say(self, words: bytes) -> None:
        self._writer.write(words)

    async def hear(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self._reader.read(100)

    async def hears_nothing(self, seconds: float = 0.2) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._reader.read(100)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self._writer.close()


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while words := await reader.read(100):
        writer.write(words)
    writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[TcpProxy]:
    server = await asyncio.start_server(_echo, "127.0.0.1", 0)
    async with server, tcp_proxy(server.sockets[0].getsockname()[:2]) as proxy:
        yield proxy


@asynccontextmanager
async def line(proxy: TcpProxy) -> AsyncIterator[Line]:
    one = Line(*await asyncio.open_connection("127.0.0.1", proxy.port))
    try:
        yield one
    finally:
        one.close()


async def test_it_passes_everything_on(proxy: TcpProxy) -> None:
    async with line(proxy) as one, line(proxy) as other:
        one.say(b"one")
        other.say(b"other")
        assert (await one.hear(), await other.hear()) == (b"one", b"other")


async def test_cut_resets_what_is_open_and_refuses_what_comes(proxy: TcpProxy) -> None:
    async with line(proxy) as one:
        one.say(b"one")
        assert await one.hear() == b"one"
        await proxy.cut()
        with pytest.raises(ConnectionResetError):
            await one.hear()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", proxy.port)
    await proxy.passes()
    async with line(proxy) as again:
        again.say(b"again")
        assert await again.hear() == b"again"


async def test_silent_proxy_takes_everything_and_answers_nothing(proxy: TcpProxy) -> None:
    async with line(proxy) as one:
        await proxy.silent()
        async with line(proxy) as other:
            one.say(b"one")
            other.say(b"other")
            assert await one.hears_nothing()
            assert await other.hears_nothing()
    async with line(proxy) as late:
        late.say(b"late")
        assert await late.hears_nothing()
        await proxy.passes()
        assert await late.hear() == b"late"


async def test_delayed_proxy_is_late_in_both_directions(proxy: TcpProxy) -> None:
    await proxy.delayed(0.1)
    async with line(proxy) as one:
        began = time.monotonic()
        one.say(b"one")
        assert await one.hear() == b"one"
        assert time.monotonic() - began >= 0.2
