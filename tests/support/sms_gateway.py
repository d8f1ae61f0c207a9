"""A gateway on this machine whose answers a test chooses: a real HTTP server, slow or faulty on demand."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

JSON = "application/json"


@dataclass(slots=True)
class FakeAnswer:
    """One answer: its status and body, after so many seconds; closes cuts the line instead, twice answers twice.

    No request is answered before there are as many at once as `together` waits for."""

    body: str
    status: int = 201
    content_type: str = JSON
    seconds: float = 0.0
    closes: bool = False
    twice: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    together: asyncio.Barrier | None = None

    def as_response(self) -> web.Response:
        return web.Response(text=self.body, status=self.status, content_type=self.content_type, headers=self.headers)

    async def send(self, transport: asyncio.Transport) -> web.Response:
        """The response after its seconds, on a connection that is closed first if it `closes`."""
        await asyncio.sleep(self.seconds)
        if self.together:
            await self.together.wait()
        if self.closes:
            transport.close()
        return self.as_response()


def recipient(status: int = 102, named: str = "ATXid_1") -> str:
    """What Africa's Talking says of one message, in the shape of real answers."""
    one = {"cost": "XOF 20.0000", "messageId": named, "number": "+2290190000001", "status": "x", "statusCode": status}
    return json.dumps({"SMSMessageData": {"Message": "Sent to 1/1 Total Cost: XOF 20", "Recipients": [one]}})


class FakeGateway:
    """What it was sent, and what it says to it."""

    def __init__(self) -> None:
        self.says: Callable[[dict[str, str]], FakeAnswer] = lambda form: FakeAnswer(recipient())
        self.forms: list[dict[str, str]] = []
        self.keeps = True  # what it was sent, for a test to look at
        self.connections: set[Any] = set()
        self.open: Counter[str] = Counter()  # the messages being sent now, which nobody else may be sending
        self.sent_at_once: list[str] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if self.keeps:
            self.forms.append(form | {"apiKey": request.headers.get("apiKey", "")})
        assert request.transport
        self.connections.add(request.transport.get_extra_info("peername"))
        response, message = self.says(form), form.get("message", "")
        self.open[message] += 1
        if self.open[message] > 1:
            self.sent_at_once.append(message)
        try:
            answer = await response.send(request.transport)
        finally:  # who sends it may be killed meanwhile
            self.open[message] -= 1
        if response.twice:
            request.transport.write(raw(response))
        return answer


def raw(response: FakeAnswer) -> bytes:
    """An answer as it travels."""
    body = response.body.encode()
    kind = f"Content-Type: {response.content_type}\r\nContent-Length: {len(body)}"
    return f"HTTP/1.1 {response.status} Created\r\n{kind}\r\n\r\n".encode() + body


@asynccontextmanager
async def fake_gateway() -> AsyncIterator[FakeGateway]:
    """The gateway, listening as long as this context lasts."""
    gateway = FakeGateway()
    app = web.Application()
    app.router.add_post("/version1/messaging", gateway.answer)
    async with TestServer(app) as server:
        gateway.url = str(server.make_url("/version1"))
        yield gateway
