"""Limits of HTTP connections: time for a request, number of connections, and refused encodings.

aiohttp alone has no deadline for a request, decompresses bodies, reads the rest of a refused body, and waits for ever
for a client that does not read. Here a head, a body and the reading of an answer have a deadline; an encoded body gets
415; a refusal closes the connection. Idle connections are closed before the descriptors run out.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable, Coroutine
from heapq import nsmallest
from typing import Any, Final

from aiohttp import StreamReader, hdrs, web

from channels.contracts.metrics import TURNED_AWAY

HEAD_SECONDS: Final = 5.0  # from the first byte of a request, or the connection's start, to the end of the headers
BODY_SECONDS: Final = 5.0  # for the body, plus the received bytes divided by MIN_BYTES_PER_SECOND
MIN_BYTES_PER_SECOND: Final = 32 * 1024  # a file of 100 MB may take less than an hour
IDLE_SECONDS: Final = 75.0  # between two requests; a proxy must keep a connection for less (nginx: 60)
SWEEP_SECONDS: Final = 0.5  # between two searches for late connections
UNREAD_SECONDS: Final = 30.0  # without progress, for an answer that is larger than the system's send buffer
DESCRIPTORS: Final = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
MAX_HALF_OPEN: Final = min(2048, DESCRIPTORS // 2)
MAX_OPEN: Final = DESCRIPTORS * 3 // 4  # the rest is for databases, files, gateways and connections just accepted
GIVE_WAY: Final = 16  # idle connections closed together, so that not each new connection searches all
SERVER: Final = "Zin"  # without a version, to hide known faults
HANDLER_ARGS: Final = {"auto_decompress": False, "lingering_time": 0.0, "keepalive_timeout": IDLE_SECONDS}


class Runner(web.AppRunner):
    """Serves an application over connections with these limits."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return Connections(made)


class Connections(web.Server):
    """All connections of this process; half-open ones by deadline. `made` is aiohttp's server of the same app."""

    def __init__(self, made: web.Server) -> None:
        super().__init__(self._admitted, request_factory=made.request_factory, loop=made._loop, **made._kwargs)
        self._handle: Any = made.request_handler
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


class Connection(web.RequestHandler):
    """One connection. tests/channels/webhooks/test_connections.py checks the private state of aiohttp that it reads."""

    __slots__ = ("_body", "_connections", "_received", "_since")

    def __init__(self, connections: Connections, **given: Any) -> None:
        super().__init__(connections, **given)
        self._connections = connections
        self._body: StreamReader | None = None  # of the request whose body is incomplete
        self._received, self._since = 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the deadline of the first request."""
        super().connection_made(transport)
        self._expect(None)

    def data_received(self, data: bytes) -> None:
        """Pass the data to aiohttp and update the deadline."""
        requests = self._request_count
        super().data_received(data)
        if self._request_count == requests:
            if data and self._since == 0.0:  # aiohttp also calls this without data, when it resumes reading
                self._expect(None)
            self._received += len(data)
        elif self._messages:
            self._expect(self._messages[-1][1])
        if self._body is not None and self._body.is_eof():
            self._body, self._since = None, 0.0
            self._connections.forget(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection."""
        self._connections.forget(self)
        self._connections.set_unread(self, False)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Record that the client does not read."""
        super().pause_writing()
        self._connections.set_unread(self, True)

    def resume_writing(self) -> None:
        """Record that the client reads again."""
        super().resume_writing()
        self._connections.set_unread(self, False)

    @property
    def is_idle(self) -> bool:
        """Whether the last request was answered and no further data came."""
        return self._keepalive_handle is not None and self._since == 0.0 and not self._request_in_progress

    def idle_until(self) -> float:
        """The end of the idle time by the loop's clock; the connection idle for longest has the earliest end."""
        return self._next_keepalive_close_time

    def abort(self) -> None:
        """Drop the connection with the unsent data, because its client does not read."""
        self._connections.set_unread(self, False)
        TURNED_AWAY.labels("http", "unread").inc()
        if self.transport is not None:
            self.transport.abort()

    def is_late(self, now: float) -> bool:
        """Whether the deadline for the head or the body has passed."""
        if self._body is None:
            return now - self._since > HEAD_SECONDS and not self._request_in_progress
        return now - self._since > BODY_SECONDS + self._received / MIN_BYTES_PER_SECOND

    def give_up(self, why: str) -> None:
        """End the wait: the handler that reads the body gets an error, then the connection is closed."""
        self._connections.forget(self)
        TURNED_AWAY.labels("http", why).inc()
        if self._body is None:
            self.force_close()
        else:
            self._body.set_exception(web.RequestPayloadError("too slow"))
            self.close()

    def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> Coroutine[Any, Any, tuple[web.StreamResponse, bool]]:
        """Send an answer; after a refusal close the connection."""
        if resp is not None:
            resp.headers[hdrs.SERVER] = SERVER
            if resp.status >= 400:
                resp.force_close()
        return super().finish_response(request, resp, start_time)

    def _expect(self, body: StreamReader | None) -> None:
        """Start the deadline of this body, or of a head if None."""
        self._body, self._received, self._since = body, 0, self._loop.time()
        if body is None or not body.is_eof():
            self._connections.expect(self)


async def _unreadable() -> web.Response:
    TURNED_AWAY.labels("http", "encoded").inc()
    return web.Response(status=415, text="no content encoding is accepted\n", headers={"Accept-Encoding": "identity"})
