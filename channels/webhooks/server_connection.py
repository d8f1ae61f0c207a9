"""One HTTP connection: the deadline of its request, and direct answers to gateways' requests.

A request of a gateway that arrives whole while the connection is idle is answered here, in one task, and not by aiohttp
(channels/webhooks/direct_requests.py); meanwhile further data is held. test_server_connection.py checks what this uses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, Final

import structlog
from aiohttp import StreamReader, hdrs, web
from aiohttp.http_parser import RawRequestMessage

from channels.contracts.metrics import TURNED_AWAY
from channels.contracts.webhook_request import WebhookResponse
from channels.webhooks.connection_server import ConnectionServer
from channels.webhooks.direct_requests import FAILED, SERVER, DirectParser
from channels.webhooks.known_heads import RequestBoundary, RequestHead
from channels.webhooks.request_deadline import RequestDeadline

IDLE_SECONDS: Final = 75.0  # between two requests; a proxy must keep a connection for less (nginx: 60)
MAX_HELD: Final = 64 * 1024  # bytes held behind a request that is being answered
log = structlog.get_logger()


class Connection(web.RequestHandler):
    """One connection of a server."""

    __slots__ = ("_answering", "_boundary", "_deadline", "_held", "_server")

    def __init__(self, server: Any, **given: Any) -> None:
        super().__init__(server, **given)
        self._parser: Any = DirectParser(self._parser, self._take)
        self._server: ConnectionServer = server
        self._deadline = RequestDeadline()
        self._answering: asyncio.Task[None] | None = None  # the direct answer
        self._held = b""  # received behind its request
        self._boundary = RequestBoundary()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the deadline of the first request."""
        super().connection_made(transport)
        self._expect(None)

    def data_received(self, data: bytes) -> None:
        """Answer a gateway's request, or pass the data to aiohttp and update the deadline."""
        if self._answering is not None:
            self._hold(data)
        elif self._boundary.is_here and (known := self._server.webhooks.heads.find(data)) and self._is_ready:
            self._start_answer(*known)
        else:
            self._parse(data)

    def _parse(self, data: bytes) -> None:
        requests = self._request_count
        self._boundary.begin(data)
        super().data_received(data)
        if self._answering is not None:
            return
        if self._request_count == requests:
            if data and not self._deadline.is_running:  # aiohttp also calls this without data, when it resumes reading
                self._expect(None)
            self._deadline.extend(len(data))
        elif self._messages:
            message, body = self._messages[-1]
            if self._request_count == requests + 1 and isinstance(message, RawRequestMessage):  # it is no refusal
                self._boundary.find(message.headers)
            self._expect(body)
        if self._deadline.is_complete:
            self._complete()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection. A direct answer in progress goes on, since its input is stored."""
        self._server.forget(self)
        self._server.set_unread(self, False)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Record that the client does not read."""
        super().pause_writing()
        self._server.set_unread(self, True)

    def resume_writing(self) -> None:
        """Record that the client reads again."""
        super().resume_writing()
        self._server.set_unread(self, False)

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Read again after a pause. aiohttp also calls this after each body, and would parse nothing once more."""
        if self._reading_paused:
            super().resume_reading(resume_parser)

    @property
    def is_idle(self) -> bool:
        """Whether the last request was answered and no further data came."""
        busy = self._request_in_progress or self._answering is not None
        return self._keepalive_handle is not None and not self._deadline.is_running and not busy

    def idle_until(self) -> float:
        """The end of the idle time by the loop's clock; the connection idle for longest has the earliest end."""
        return self._next_keepalive_close_time

    def abort(self) -> None:
        """Drop the connection with the unsent data, because its client does not read."""
        self._server.set_unread(self, False)
        TURNED_AWAY.labels("http", "unread").inc()
        if self.transport is not None:
            self.transport.abort()

    def is_late(self, now: float) -> bool:
        """Whether the deadline for the head or the body has passed."""
        is_received = self._deadline.body is None and self._request_in_progress
        return not is_received and self._deadline.is_over(now)

    def give_up(self, why: str) -> None:
        """End the wait: the handler that reads the body gets an error, then the connection is closed."""
        self._server.forget(self)
        TURNED_AWAY.labels("http", why).inc()
        body = self._deadline.body
        if body is None:
            self.force_close()
        else:
            body.set_exception(web.RequestPayloadError("too slow"))
            self.close()

    def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> Coroutine[Any, Any, tuple[web.StreamResponse, bool]]:
        """Send an answer; after a refusal, and before the process ends, close the connection."""
        if resp is not None:
            resp.headers[hdrs.SERVER] = SERVER
            if resp.status >= 400 or self._server.is_draining:
                resp.force_close()
        return super().finish_response(request, resp, start_time)

    async def shutdown(self, timeout: float | None = 15.0) -> None:  # noqa: ASYNC109 - as aiohttp declares it
        """Send the direct answer in progress, then close as aiohttp does."""
        if self._answering is not None:
            await asyncio.wait((self._answering,), timeout=timeout)
        await super().shutdown(timeout)

    def _expect(self, body: StreamReader | None) -> None:
        """Start the deadline of this body, or of a head if None."""
        self._deadline.start(body, self._loop.time())
        if body is None or not body.is_eof():
            self._server.expect(self)

    def _complete(self) -> None:
        """End the deadline: the request is complete."""
        if self._deadline.is_running:
            self._deadline.stop()
            self._server.forget(self)

    def _take(self, message: RawRequestMessage, payload: StreamReader) -> bool:
        """Start the direct answer to a request; False if aiohttp must answer it."""
        if head := self._server.webhooks.read_head(message, payload) if self._is_ready else None:
            self._boundary.find(head.headers)
            self._start_answer(head, payload.read_nowait(), self._boundary.request)
        return head is not None

    @property
    def _is_ready(self) -> bool:
        waiter = self._waiter  # aiohttp waits for a request: nothing is being answered
        return waiter is not None and not waiter.done() and not self._paused and not self._close

    def _start_answer(self, head: RequestHead, body: bytes, request: bytes = b"") -> None:
        """Start the answer; `request` is the whole request if its head is new."""
        self._complete()
        self._next_keepalive_close_time = self._loop.time() + IDLE_SECONDS
        answer = self._server.webhooks.answer(head, body, self.transport)
        self._answering = self._loop.create_task(self._send(answer, head, request))

    async def _send(self, answer: Awaitable[WebhookResponse], head: RequestHead, request: bytes) -> None:
        """Send the answer, then process what was held behind its request."""
        try:
            response = await answer
        except Exception:  # our own fault, of any kind: the gateway gets an answer, the log the traceback
            log.exception("webhook failed")
            response = FAILED
        finally:
            self._answering = None
        if request and response.status < 400:
            self._server.webhooks.heads.add(request, head)
        if self.transport is None:
            return
        self.transport.write(self._server.response_writer.write(response))
        if self._close or response.status >= 400 or self._server.is_draining:
            self.force_close()
        elif held := self._held:
            self._held = b""
            self._resume_transport_reading()  # before the data, after which aiohttp may pause for its own queue
            self.data_received(held)

    def _hold(self, data: bytes) -> None:
        self._held += data
        if len(self._held) >= MAX_HELD:
            self._pause_transport_reading()
