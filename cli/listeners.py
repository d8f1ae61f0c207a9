"""Listening sockets: opened for an application, and closed without refusing a connection that already waits.

The kernel completes a connection before a process accepts it. A socket that is closed resets those that wait, also if
their request is already there. So what waits is accepted first, and served.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiohttp import web

BACKLOG: Final = 1024  # connections that may wait to be taken


def listen(host: str, port: int, *, is_shared: bool) -> list[socket.socket]:
    """Return a listening socket for each address of the host. Raises OSError if the port is taken.

    A shared port can be opened by several processes, among which the kernel distributes the connections.
    """
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    addresses = dict.fromkeys((family, (str(at[0]), int(at[1]))) for family, *_, at in found)
    return [socket.create_server(at, family=family, backlog=BACKLOG, reuse_port=is_shared) for family, at in addresses]


@asynccontextmanager
async def open_listeners(runner: web.BaseRunner, listeners: Sequence[socket.socket]) -> AsyncIterator[None]:
    """Serve the connections of these sockets for the duration of this context."""
    for listener in listeners:
        await web.SockSite(runner, listener, backlog=BACKLOG).start()
    try:
        yield
    finally:
        await _close(runner, listeners)


@asynccontextmanager
async def open_port(runner: web.BaseRunner, host: str, port: int) -> AsyncIterator[None]:
    """Serve a port of this process alone for the duration of this context. Raises OSError if the port is taken."""
    async with open_listeners(runner, listen(host, port, is_shared=False)):
        yield


async def _close(runner: web.BaseRunner, listeners: Sequence[socket.socket]) -> None:
    loop, server = asyncio.get_running_loop(), runner.server
    assert server
    taken = [connection for listener in listeners for connection in _waiting(listener)]
    for site in list(runner.sites):
        await site.stop()
    await asyncio.gather(*(loop.connect_accepted_socket(server, one) for one in taken), return_exceptions=True)


def _waiting(listener: socket.socket) -> Iterator[socket.socket]:
    """Accept the connections that wait now."""
    with suppress(OSError):  # none waits any more, or this process may open no more
        while True:
            connection, _ = listener.accept()
            connection.setblocking(False)
            yield connection
