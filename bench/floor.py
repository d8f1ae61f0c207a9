"""The floor: a server that does the minimum for one answer over HTTP, to compare a real hop with.

It reads one form, loads and stores one record of a session's usual size through the real server's CommandPipeline, and
returns a screen of the usual size. Arguments: the port, and the address of Valkey.
"""

from __future__ import annotations

import sys

from aiohttp import web

from state.store.pipeline import CommandPipeline
from state.store.server_link import SingleServer

RECORD = b"s" * 400
SCREEN = "CON " + "Services publics du Benin\n" + "\n".join(f"{number}. Une option du menu" for number in range(1, 6))


def application(valkey: str) -> web.Application:
    """Return the application of the floor."""

    async def answer(request: web.Request) -> web.Response:
        form = await request.post()
        key = f"floor:{form['phoneNumber']!s}"
        await batcher.execute("GET", key)
        await batcher.execute("SET", key, RECORD, "EX", 180)
        return web.Response(text=SCREEN)

    async def close(_: web.Application) -> None:
        await batcher.close()

    batcher = CommandPipeline(SingleServer(valkey), 1.0)
    app = web.Application()
    app.router.add_post("/", answer)
    app.on_cleanup.append(close)
    return app


if __name__ == "__main__":
    web.run_app(application(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
