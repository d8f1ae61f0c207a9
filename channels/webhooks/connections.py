"""Limits of HTTP connections: time for a request, number of connections, and refused encodings.

aiohttp alone has no deadline for a request, decompresses bodies, reads the rest of a refused body, and waits for ever
for a client that does not read. Here a head, a body and the reading of an answer have a deadline; an encoded body gets
415; a refusal closes the connection. Idle connections are closed before the descriptors run out.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable
from heapq import nsmallest
from typing import Any, Final

from aiohttp import hdrs, web

from channels.contracts.metrics import TURNED_AWAY
from channels.webhooks.direct_requests import DIRECT_WEBHOOKS, NO_WEBHOOKS, DirectWebhooks, ResponseWriter
from channels.webhooks.server_connection import IDLE_SECONDS, Connection

SWEEP_SECONDS: Final = 0.5  # between two searches for late connections
UNREAD_SECONDS: Final = 30.0  # without progress, for an answer that is larger than the system's send buffer
DESCRIPTORS: Final = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
MAX_HALF_OPEN: Final = min(2048, DESCRIPTORS // 2)
MAX_OPEN: Final = DESCRIPTORS * 3 // 4  # the rest is for databases, files, gateways and connections just accepted
ARRIVE_POLL_SECONDS: Final = 0.01
GIVE_WAY: Final = 16  # idle connections closed together, so that not each new connection searches all
HANDLER_ARGS: Final = {"auto_decompress": False, "lingering_time": 0.0, "keepalive_timeout": IDLE_SECONDS}


class Runner(web.AppRunner):
    """Serves an application over connections with these limits."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return Connections(made, self.app.get(DIRECT_WEBHOOKS, NO_WEBHOOKS))

    def drain(self) -> None:
        """Close each connection behind its next answer, which says so, because this process ends soon."""
        if isinstance(self.server, Connections):
            self.server.drain()

    async def arrive(self, seconds: float) -> None:
        """Wait until the requests of new connections, and those in part, are here; at most so many seconds."""
        if isinstance(self.server, Connections):
            await self.server.arrive(seconds)


class Connections(web.Server):
    """All connections of this process; half-open ones by deadline. `made` is aiohttp's server of the same app."""

    def __init__(self, made: web.Server, webhooks: DirectWebhooks) -> None:
        super().__init__(self._admitted, request_factory=made.request_factory, loop=made._loop, **made._kwargs)
        self._handle: Any = made.request_handler
        self.is_draining = False
        self.webhooks, self.response_writer = webhooks, ResponseWriter()
        self._half_open: dict[Connection, None] = {}
        self._unread: dict[Connection, float] = {}  # since when, by the loop's clock
        self._sweeping: asyncio.TimerHandle | None = None

    def __call__(self) -> Connection:
        """Create the handler of a new connection."""
        return Connection(self, loop=self._loop, **self._kwargs)

    def expect(self, connection: Connection) -> None:
        """Record that the rest of a request is expected; above MAX_HALF_OPEN the oldest connection is closed."""
        self._half_open[connection] = None
        if len(self._half_open) > MAX_HALF_OPEN:
            next(iter(self._half_open)).give_up("half_open")
        self._sweep_later()

    def forget(self, connection: Connection) -> None:
        """Record that the request is complete, or the connection lost."""
        self._half_open.pop(connection, None)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Accept a connection; above MAX_OPEN close those idle for longest, but none that sends or awaits an answer."""
        super().connection_made(handler, transport)
        if len(self._connections) <= MAX_OPEN:
            return
        idle = [one for one in self._connections if isinstance(one, Connection) and one.is_idle]
        for connection in nsmallest(GIVE_WAY, idle, key=Connection.idle_until):
            TURNED_AWAY.labels("http", "idle").inc()
            connection.force_close()

    def drain(self) -> None:
        """Close each connection behind its next answer."""
        self.is_draining = True
        self.response_writer.say_close()

    async def arrive(self, seconds: float) -> None:
        """Wait for the requests that are expected, at most so many seconds."""
        until = self._loop.time() + seconds
        while self._half_open and self._loop.time() < until:  # noqa: ASYNC110 - an event would cost each request
            await asyncio.sleep(ARRIVE_POLL_SECONDS)

    def set_unread(self, connection: Connection, unread: bool) -> None:
        """Record that an answer waits for its reader, or no longer does."""
        if unread:
            self._unread[connection] = self._loop.time()
            self._sweep_later()
        else:
            self._unread.pop(connection, None)

    def _sweep_later(self) -> None:
        if self._sweeping is None:
            self._sweeping = self._loop.call_later(SWEEP_SECONDS, self._sweep)

    def _sweep(self) -> None:
        now, self._sweeping = self._loop.time(), None
        for connection in [one for one in self._half_open if one.is_late(now)]:
            connection.give_up("slow")
        for connection in [one for one, since in self._unread.items() if now - since > UNREAD_SECONDS]:
            connection.abort()
        if self._half_open or self._unread:
            self._sweep_later()

    def _admitted(self, request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
        return _unreadable() if hdrs.CONTENT_ENCODING in request.headers else self._handle(request)


async def _unreadable() -> web.Response:
    TURNED_AWAY.labels("http", "encoded").inc()
    return web.Response(status=415, text="no content encoding is accepted\n", headers={"Accept-Encoding": "identity"})
