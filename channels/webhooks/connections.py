"""HTTP connections: how long a request may take to come, how many there may be, and what is never looked at.

aiohttp itself gives a request as long as a connection may be idle, inflates what comes compressed, reads on what it
has refused, and waits for ever for who does not read. Here a head and a body have a deadline, and so has who is
answered; a body that is encoded is answered 415, and a refusal closes the connection with the rest unread. Where there
are too many connections, those give way that have been idle for longest: without descriptors nobody could be accepted.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable, Coroutine
from heapq import nsmallest
from typing import Any, Final

from aiohttp import StreamReader, hdrs, web

from channels.contracts.metrics import TURNED_AWAY

HEAD_SECONDS: Final = 5.0  # from the first sign of a request, or from the connection's start, to the end of its headers
BODY_SECONDS: Final = 5.0  # from there to the end of its body, and longer by what came at MIN_BYTES_PER_SECOND
MIN_BYTES_PER_SECOND: Final = 32 * 1024  # a file of 100 MB has less than an hour
IDLE_SECONDS: Final = 75.0  # between two requests; a proxy must keep a connection for less (nginx: 60)
SWEEP_SECONDS: Final = 0.5  # between two looks for who is late
UNREAD_SECONDS: Final = 30.0  # for which nothing of an answer is taken that is longer than what the system holds for it
DESCRIPTORS: Final = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
MAX_HALF_OPEN: Final = min(2048, DESCRIPTORS // 2)
MAX_OPEN: Final = DESCRIPTORS * 3 // 4  # the rest is for databases, files, gateways, and what is accepted at one time
GIVE_WAY: Final = 16  # idle connections closed at once, so that not each new one looks through all
SERVER: Final = "Zin"  # without a version: which faults it has is nobody's business

# For web.Application: what aiohttp can be asked for.
HANDLER_ARGS: Final = {"auto_decompress": False, "lingering_time": 0.0, "keepalive_timeout": IDLE_SECONDS}


class Runner(web.AppRunner):
    """Serves an application over connections that are bounded."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return Connections(made)


class Connections(web.Server):
    """Every connection of this process, with those that are half open in the order in which they have to end."""

    def __init__(self, made: web.Server) -> None:
        """made is aiohttp's own server of the same application."""
        super().__init__(self._admitted, request_factory=made.request_factory, loop=made._loop, **made._kwargs)
        self._handle: Any = made.request_handler
        self._half_open: dict[Connection, None] = {}
        self._unread: dict[Connection, float] = {}  # since when, by the loop's clock
        self._sweeping: asyncio.TimerHandle | None = None

    def __call__(self) -> Connection:
        return Connection(self, loop=self._loop, **self._kwargs)

    def expect(self, connection: Connection) -> None:
        """Wait for the rest of a request; where too many are waited for, the oldest is closed."""
        self._half_open[connection] = None
        if len(self._half_open) > MAX_HALF_OPEN:
            next(iter(self._half_open)).give_up("half_open")
        self._sweep_later()

    def forget(self, connection: Connection) -> None:
        """Nothing is missing of what this connection brings, or it is gone."""
        self._half_open.pop(connection, None)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self._connections) > MAX_OPEN:
            self._make_room()

    def is_unread(self, connection: Connection, unread: bool) -> None:
        """Note that an answer waits for its reader, or no longer does."""
        if unread:
            self._unread[connection] = self._loop.time()
            self._sweep_later()
        else:
            self._unread.pop(connection, None)

    def _make_room(self) -> None:
        """Close those that have been idle for longest; who sends, or waits for an answer, stays."""
        idle = [one for one in self._connections if isinstance(one, Connection) and one.is_idle]
        for connection in nsmallest(GIVE_WAY, idle, key=Connection.idle_until):
            TURNED_AWAY.labels("http", "idle").inc()
            connection.force_close()

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
    """One connection. What it reads of aiohttp's own state is held by tests/channels/webhooks/test_connections.py."""

    __slots__ = ("_body", "_connections", "_received", "_since")

    def __init__(self, connections: Connections, **given: Any) -> None:
        super().__init__(connections, **given)
        self._connections = connections
        self._body: StreamReader | None = None  # of the request whose body is still to come
        self._received, self._since = 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._expect(None)

    def data_received(self, data: bytes) -> None:
        requests = self._request_count
        super().data_received(data)
        if self._request_count == requests:
            if data and self._since == 0.0:  # aiohttp brings nothing at all, too, when it goes on reading
                self._expect(None)
            self._received += len(data)
        elif self._messages:
            self._expect(self._messages[-1][1])
        if self._body is not None and self._body.is_eof():
            self._body, self._since = None, 0.0
            self._connections.forget(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._connections.forget(self)
        self._connections.is_unread(self, False)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._connections.is_unread(self, True)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._connections.is_unread(self, False)

    @property
    def is_idle(self) -> bool:
        """Whether it was answered, and nothing has come since."""
        return self._keepalive_handle is not None and self._since == 0.0 and not self._request_in_progress

    def idle_until(self) -> float:
        """When it ends if nothing comes, by the loop's clock: the sooner, the longer it has been idle."""
        return self._next_keepalive_close_time

    def abort(self) -> None:
        """End it with what was not sent: who does not read would hold it for ever."""
        self._connections.is_unread(self, False)
        TURNED_AWAY.labels("http", "unread").inc()
        if self.transport is not None:
            self.transport.abort()

    def is_late(self, now: float) -> bool:
        """Whether what is still missing should have come by now."""
        if self._body is None:
            return now - self._since > HEAD_SECONDS and not self._request_in_progress
        return now - self._since > BODY_SECONDS + self._received / MIN_BYTES_PER_SECOND

    def give_up(self, why: str) -> None:
        """Wait no longer: whoever reads the body learns that it is broken, and then the connection is closed."""
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
        """Send an answer; whoever is refused is let go."""
        if resp is not None:
            resp.headers[hdrs.SERVER] = SERVER
            if resp.status >= 400:
                resp.force_close()
        return super().finish_response(request, resp, start_time)

    def _expect(self, body: StreamReader | None) -> None:
        """Wait for a body, or for a head."""
        self._body, self._received, self._since = body, 0, self._loop.time()
        if body is None or not body.is_eof():
            self._connections.expect(self)


async def _unreadable() -> web.Response:
    TURNED_AWAY.labels("http", "encoded").inc()
    return web.Response(status=415, text="no content encoding is accepted\n", headers={"Accept-Encoding": "identity"})
