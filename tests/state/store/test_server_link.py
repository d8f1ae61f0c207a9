"""The connection to a server that misbehaves, and what is used of redis-py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress

import pytest
from redis.asyncio import Connection
from redis.asyncio.connection import AbstractConnection

from state.errors import StoreUnavailable
from state.store.pipeline import CommandPipeline
from state.store.server_link import SingleServer
from tests.support.patience import PATIENCE

Say = Callable[[int, asyncio.StreamWriter], Awaitable[None]]  # answers GET on the connection of this number


@asynccontextmanager
async def server_that(say: Say) -> AsyncIterator[str]:
    """A server that signs everyone in, and answers GET with `say`; yields its address."""
    connections: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(connections)
        connections.append(asyncio.current_task())
        with closing(writer), suppress(ConnectionError):
            while data := await reader.read(65536):
                if b"GET" in data:
                    await say(number, writer)
                else:
                    writer.write(b"+OK\r\n" * data.count(b"*"))
            await writer.drain()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*filter(None, connections))


GOOD = b"$1\r\n1\r\n"
BAD = {
    "no reply": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "more replies than commands": GOOD * 2,
    "half a reply": b"$100\r\nabc",
}


@pytest.mark.parametrize("bad", [BAD["no reply"], BAD["more replies than commands"]])
async def test_command_is_sent_again_after_bytes_that_are_no_reply(bad: bytes) -> None:
    async def say(connection: int, writer: asyncio.StreamWriter) -> None:
        writer.write(GOOD if connection else bad)

    async with server_that(say) as url, pipeline_to(url, PATIENCE) as pipeline:
        assert await pipeline.execute("GET", "a") == b"1"


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
async def test_server_that_never_replies_well_is_reported(bad: bytes) -> None:
    async def say(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(bad)

    async with server_that(say) as url, pipeline_to(url, 0.2) as pipeline:
        with pytest.raises(StoreUnavailable, match="does not answer"):
            await pipeline.execute("GET", "a")


async def test_replies_in_pieces_keep_their_order() -> None:
    values = [str(number).encode() * number for number in range(1, 6)]
    replies = b"".join(b"$%d\r\n%b\r\n" % (len(value), value) for value in values)

    async def say(_: int, writer: asyncio.StreamWriter) -> None:
        for place in range(0, len(replies), 3):
            writer.write(replies[place : place + 3])
            await asyncio.sleep(0.001)

    async with server_that(say) as url, pipeline_to(url, PATIENCE) as pipeline:
        assert await asyncio.gather(*(pipeline.execute("GET", "a") for _ in values)) == values


async def test_no_more_commands_are_sent_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("state.store.pipeline.MAX_SENT", 3)
    batches = 0

    async def say(_: int, writer: asyncio.StreamWriter) -> None:
        nonlocal batches
        batches += 1
        await asyncio.sleep(0.01)
        writer.write(GOOD * 3)

    async with server_that(say) as url, pipeline_to(url, PATIENCE) as pipeline:
        assert await asyncio.gather(*(pipeline.execute("GET", "a") for _ in range(12))) == [b"1"] * 12
    assert batches == 4


@asynccontextmanager
async def pipeline_to(url: str, deadline: float) -> AsyncIterator[CommandPipeline]:
    pipeline = CommandPipeline(SingleServer(url), deadline)
    try:
        yield pipeline
    finally:
        await pipeline.close()


def test_what_is_used_of_redis_exists() -> None:
    """If this fails, redis-py has changed: read state/store/server_link.py against its asyncio/connection.py."""
    connection = Connection()
    assert {"_parser", "_writer"} <= set(vars(connection)) | set(AbstractConnection.__slots__)
    assert callable(connection._close)
    assert callable(connection.connect_check_health)
    assert "_reader" in type(connection._parser).__slots__
