"""One connection to Valkey: redis-py opens it, TLS and sign-in included; then commands and replies pass without it.

redis-py's streams wait for each reply in a coroutine. Here the bytes of a command go to the transport, and its replies
come from hiredis as soon as they arrive. tests/state/store/test_server_link.py names what this uses of redis-py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from redis._parsers.hiredis import NOT_ENOUGH_DATA
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from state.errors import StoreUnavailable
from state.store.server_refusals import PASSING

Received = Callable[[list[Any]], None]
Lost = Callable[[], None]


class ServerLink(asyncio.Protocol):
    """An open connection; `received` gets the parsed replies of each read, `lost` is called once at the end."""

    def __init__(self, connection: Any, received: Received, lost: Lost) -> None:
        self._connection, self._received, self._lost = connection, received, lost
        self._reader = connection._parser._reader  # of hiredis
        self._transport: asyncio.Transport = connection._writer.transport
        self._transport.set_protocol(self)
        self.write = self._transport.write

    def data_received(self, data: bytes) -> None:
        """Parse replies. An error of the server is a value; bytes that are no reply end the connection."""
        reader, replies = self._reader, list[Any]()
        reader.feed(data)
        try:
            while (reply := reader.gets(False)) is not NOT_ENOUGH_DATA:
                replies.append(reply)
        except Exception:  # of hiredis, for bytes that are no reply
            self._transport.abort()
        self._received(replies)

    def connection_lost(self, exc: Exception | None) -> None:
        """Report the end, unless it was we who closed."""
        self._lost()

    def close(self) -> None:
        """Close the connection; nothing is reported any more."""
        self._received, self._lost = _ignore, _ignore
        self._connection._close()
        self._transport.abort()


class ServerAddress(Protocol):
    """Where the server is now, and how to sign in: one server, or the one that others name."""

    pause: float  # seconds between two tries to reach the server
    fails_over: bool  # to another server, within some seconds
    passing: frozenset[str]  # first words of the refusals after which a new connection may help

    async def open(self, received: Received, lost: Lost) -> ServerLink:
        """Open a connection. Raises RedisError."""


class SingleServer:
    """A server under one address, and how to sign in. Raises StoreUnavailable for an option that redis-py lacks."""

    pause, fails_over, passing = 0.02, False, PASSING

    def __init__(self, url: str) -> None:
        # redis-py's own timeouts and retries are off: they wait nine seconds.
        pool: Any = ConnectionPool.from_url(
            url, protocol=2, socket_timeout=None, socket_connect_timeout=None, retry=Retry(NoBackoff(), 0)
        )
        self._make_connection = pool.make_connection
        try:
            self._make_connection()  # opens nothing yet
        except (TypeError, RedisError):
            raise StoreUnavailable("ZIN_REDIS_URL: an option after the question mark is unknown or wrong") from None

    async def open(self, received: Received, lost: Lost) -> ServerLink:
        """Open a connection; the name is resolved again. Raises RedisError."""
        return ServerLink(await self.connect(), received, lost)

    async def connect(self) -> Any:
        """Open a connection of redis-py. Raises RedisError."""
        connection = self._make_connection()
        try:
            await connection.connect_check_health(check_health=False, retry_socket_connect=False)
        except BaseException:
            connection._close()
            raise
        return connection


async def ask(connection: Any, *command: str) -> Any:
    """Return the reply to one command, before the connection is a link. Raises RedisError."""
    await connection.send_command(*command)
    return await connection.read_response()


def _ignore(*_: object) -> None:
    return
