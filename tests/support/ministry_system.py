"""A ministry's own system on this machine, which takes callbacks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from api.callbacks import HEADER


class System:
    """A ministry's system that takes callbacks, or answers with another status."""

    def __init__(self) -> None:
        self.status, self.got = 200, list[tuple[str, bytes]]()
        self.address = ""

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((request.headers[HEADER], await request.read()))
        location = {"Location": "/elsewhere"} if self.status == 302 else {}
        return web.Response(status=self.status, text="x" * 100_000, headers=location)

    def events(self) -> list[dict[str, Any]]:
        return [event for _, body in self.got for event in json.loads(body)["events"]]


@asynccontextmanager
async def open_system() -> AsyncIterator[System]:
    system, app = System(), web.Application()
    app.router.add_post("/zin", system.take)
    async with TestServer(app) as server:
        system.address = str(server.make_url("/zin"))
        yield system
