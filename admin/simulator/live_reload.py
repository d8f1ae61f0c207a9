"""Streams an event to open pages each time menu files are saved (server-sent events)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

import orjson
from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.login_sessions import MAX_IDLE_SECONDS
from admin.permissions import CurrentUser
from admin.visible_files import VisibleFiles, visible_files
from state.errors import SourceUnavailable

HEARTBEAT_SECONDS: Final = 15.0  # seconds between two signs of life, by which a page that is gone is noticed
OVER: Final = web.AppKey("over", asyncio.Event)


def close_streams_on_shutdown(desk: web.Application) -> None:
    """Close open streams when the server stops, so that they do not delay it."""
    over = desk[OVER] = asyncio.Event()

    async def close(_: web.Application) -> None:
        over.set()

    desk.on_shutdown.append(close)


async def stream_reload_events(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Stream events as long as a login may be idle: this request alone does not keep it alive."""
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await stream.prepare(request)
    over = request.config_dict[OVER]
    telling = asyncio.create_task(_tell(stream, request, visitor))
    closing = asyncio.create_task(over.wait())
    try:
        await asyncio.wait({telling, closing}, timeout=MAX_IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (telling, closing):
            task.cancel()
        await asyncio.gather(telling, closing, return_exceptions=True)
    return stream


async def _tell(stream: web.StreamResponse, request: web.Request, visitor: CurrentUser) -> None:
    desk = request.config_dict[ADMIN_CONTEXT]
    lookout = desk.change_feed
    with suppress(ConnectionError, SourceUnavailable):  # the page asks again for a stream that ends
        while True:
            turn = lookout.revision
            await stream.write(b"data: " + _event(desk, await visible_files(desk, visitor)) + b"\n\n")
            while lookout.revision == turn:
                with suppress(TimeoutError):
                    await asyncio.wait_for(lookout.after(turn), HEARTBEAT_SECONDS)
                if lookout.revision == turn:
                    await stream.write(b":\n\n")


def _event(desk: AdminContext, visible: VisibleFiles) -> bytes:
    problems = [{"file": _short(one.file), "line": one.line, "column": one.column, "what": one.what}
                for one in desk.change_feed.problems if visible.has_problem(one)]  # fmt: skip
    version = desk.menus.current.version
    return orjson.dumps({"turn": desk.change_feed.revision, "version": version, "problems": problems})


def _short(file: str) -> str:
    path = Path(file)
    return f"{path.parent.name}/{path.name}"
