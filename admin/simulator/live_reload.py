"""Streams an event to open pages each time menu files are saved (server-sent events)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

import orjson
from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.login_sessions import MAX_IDLE_SECONDS
from admin.permissions import CurrentUser
from state.menu.change_feed import MenuChangeFeed

HEARTBEAT_SECONDS: Final = 15.0  # seconds between two signs of life, by which a page that is gone is noticed
OVER: Final = web.AppKey("over", asyncio.Event)


def close_streams_on_shutdown(desk: web.Application) -> None:
    """Close open streams when the server stops, so that they do not delay it."""
    over = desk[OVER] = asyncio.Event()

    async def close(_: web.Application) -> None:
        over.set()

    desk.on_shutdown.append(close)


async def stream_reload_events(request: web.Request, _: CurrentUser) -> web.StreamResponse:
    """Stream events as long as a login may be idle: this request alone does not keep it alive."""
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await stream.prepare(request)
    lookout, over = request.config_dict[ADMIN_CONTEXT].change_feed, request.config_dict[OVER]
    telling = asyncio.create_task(_tell(stream, lookout, request))
    closing = asyncio.create_task(over.wait())
    try:
        await asyncio.wait({telling, closing}, timeout=MAX_IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (telling, closing):
            task.cancel()
        await asyncio.gather(telling, closing, return_exceptions=True)
    return stream


async def _tell(stream: web.StreamResponse, lookout: MenuChangeFeed, request: web.Request) -> None:
    with suppress(ConnectionError):
        while True:
            turn = lookout.revision
            await stream.write(b"data: " + _event(lookout, request) + b"\n\n")
            while lookout.revision == turn:
                with suppress(TimeoutError):
                    await asyncio.wait_for(lookout.after(turn), HEARTBEAT_SECONDS)
                if lookout.revision == turn:
                    await stream.write(b":\n\n")


def _event(lookout: MenuChangeFeed, request: web.Request) -> bytes:
    problems = [{"file": _short(one.file), "line": one.line, "column": one.column, "what": one.what}
                for one in lookout.problems]  # fmt: skip
    version = request.config_dict[ADMIN_CONTEXT].menus.current.version
    return orjson.dumps({"turn": lookout.revision, "version": version, "problems": problems})


def _short(file: str) -> str:
    path = Path(file)
    return f"{path.parent.name}/{path.name}"
