"""A pool of HTTP/1.1 connections for load tests: asyncio protocols without tasks, one request at a time on each.

HttpConnection is one connection: ask() sends a prepared request, and its Asker receives the answer or the loss of the
connection. ConnectionPool shares connections: a request without a free one waits, as long as a gateway would wait, and
this wait is measured. A lost connection is opened again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Generator
from typing import Final, NamedTuple, Protocol, TypeVar

from loadtest.http_connection import HttpConnection

LOOK: Final = 0.25  # seconds between two checks for timeouts
AGAIN: Final = 0.2  # seconds before a refused connection is tried again
T = TypeVar("T")


class Reply(NamedTuple):
    """An answer with status and body, or the reason why there is none."""

    status: int
    body: bytes = b""
    lost: str = ""


class ReplyHandler(Protocol):
    """Receives one answer; `now` is the loop's time."""

    def on_reply(self, reply: Reply, now: float) -> None:
        """Handle the answer."""


class ConnectionPool:
    """Connections to one server. `patience` is the timeout in seconds, from the time when a request was due."""

    def __init__(self, host: str, port: int, patience: float) -> None:
        self._place, self._patience = (host, port), patience
        self._loop = asyncio.get_running_loop()
        self._idle: list[HttpConnection] = []
        self._busy: dict[HttpConnection, tuple[float, ReplyHandler]] = {}
        self._waiting: deque[tuple[float, bytes, ReplyHandler]] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._looking: asyncio.TimerHandle | None = None
        self._closed = False

    async def open(self, many: int) -> None:
        """Open this many connections. Raises OSError if the server refuses one."""
        for _ in range(many):
            self._take(await self._new())
        self._look()

    async def close(self) -> None:
        """Close every connection; pending requests get no answer."""
        self._closed = True
        if self._looking:
            self._looking.cancel()
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        lines, self._busy = [*self._idle, *self._busy], {}
        for line in lines:
            line.end()
        await asyncio.sleep(0)  # the transports close in the loop's next iteration

    def ask(self, request: bytes, due: float, hearer: ReplyHandler) -> None:
        """Send a request with this due time, at once if a connection is free."""
        if self._idle:
            self._send(self._idle.pop(), (due, request, hearer))
        else:
            self._waiting.append((due, request, hearer))

    def answered(self, line: HttpConnection, status: int, body: bytes) -> None:
        """Free the connection, and pass the answer on."""
        _, hearer = self._busy.pop(line)
        if not line.is_closing:
            self._take(line)
        hearer.on_reply(Reply(status, body), self._loop.time())

    def lost(self, line: HttpConnection) -> None:
        """Open a new connection, and report the lost answer."""
        due, hearer = self._busy.pop(line, (0.0, None))
        if line in self._idle:
            self._idle.remove(line)
        if self._closed:
            return
        task = asyncio.create_task(self._open_again())
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)
        if hearer:
            now = self._loop.time()
            hearer.on_reply(Reply(0, b"", self._too_late(due, now) or "connection closed"), now)

    def _send(self, line: HttpConnection, waiting: tuple[float, bytes, ReplyHandler]) -> None:
        due, request, hearer = waiting
        self._busy[line] = (due, hearer)
        line.ask(request)

    def _take(self, line: HttpConnection) -> None:
        """Give a free connection to the oldest waiting request."""
        if self._waiting:
            self._send(line, self._waiting.popleft())
        else:
            self._idle.append(line)

    def _look(self) -> None:
        """Give up requests that have waited too long, as a gateway does."""
        now = self._loop.time()
        for line, (due, _) in list(self._busy.items()):
            if self._too_late(due, now):
                line.end()
        while self._waiting and self._too_late(self._waiting[0][0], now):
            self._give_up(self._too_late(self._waiting[0][0], now), now)
        self._looking = self._loop.call_later(LOOK, self._look)

    def _too_late(self, due: float, now: float) -> str:
        return "no answer in time" if now - due >= self._patience else ""

    def _give_up(self, why: str, now: float) -> None:
        _, _, hearer = self._waiting.popleft()
        hearer.on_reply(Reply(0, b"", why), now)

    async def _open_again(self) -> None:
        while True:
            try:
                line = await self._new()
            except OSError:
                for _ in range(len(self._waiting)):
                    self._give_up("no connection", self._loop.time())
                await asyncio.sleep(AGAIN)
            else:
                self._take(line)
                return

    async def _new(self) -> HttpConnection:
        _, line = await self._loop.create_connection(lambda: HttpConnection(self), *self._place)
        return line


class _Waiting:
    """A future for one answer."""

    def __init__(self) -> None:
        self.reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def on_reply(self, reply: Reply, now: float) -> None:
        """Set the result of the future."""
        if not self.reply.done():
            self.reply.set_result(reply)


def fetch(lines: ConnectionPool, request: bytes) -> asyncio.Future[Reply]:
    """Send one request now, and return a future of its answer."""
    waiting = _Waiting()
    lines.ask(request, asyncio.get_running_loop().time(), waiting)
    return waiting.reply


async def play(lines: ConnectionPool, script: Generator[bytes, Reply, T]) -> T:
    """Send the requests that a script yields, one after another, and return the script's result."""
    request = next(script)
    while True:
        reply = await fetch(lines, request)
        try:
            request = script.send(reply)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
