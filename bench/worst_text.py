"""Measures how long one message blocks the event loop: the worst texts that a citizen can send, on each channel.

The whole server runs in a thread of this process, on sample data. Each text is sent as the channel's gateway would: as
the first message of a citizen, then as later ones. The CPU of the loop's thread, from the request to its answer, is
measured. Run it with `make bench`; the rows go to bench/results.md.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Final

from aiohttp import web

from bench.processes import free_port
from bench.report import add_rows, dated
from bench.worst_inputs import CHANNELS, TEXTS, longest
from bench.worst_requests import Brought
from channels.webhooks.connections import Runner
from server import build
from settings import Settings

ALLOWED_MS: Final = 5.0
TIMES: Final = 5
HEADING: Final = """
# The worst texts

Some rows for each run of `make bench`: CPU that the event loop spends on one message, of as many signs as the gateway
of its channel can bring, for the first and the later messages of a citizen. ratio is the longest over the 5 ms that one
message may take. bench/worst_text.py says how it is measured.

| date | commit | machine | channel | text | signs | median ms | longest ms | ratio |
|---|---|---|---|---|---|---|---|---|
"""


class Server:
    """The server, in an event loop in its own thread."""

    def __init__(self, port: int, loop: asyncio.AbstractEventLoop) -> None:
        self._port, self._loop = port, loop

    def spent(self) -> float:
        """Return the CPU seconds of the loop's thread."""

        async def now() -> float:
            return time.thread_time()

        return asyncio.run_coroutine_threadsafe(now(), self._loop).result()

    def send(self, brought: Brought) -> float:
        """Return the milliseconds of the loop for this request and its immediate work."""
        path, body, headers = brought
        line = HTTPConnection("127.0.0.1", self._port, timeout=60)
        before = self.spent()
        line.request("POST", path, body, dict(headers))
        answer = line.getresponse()
        answer.read()
        took = (self.spent() - before) * 1000
        line.close()
        assert answer.status in (200, 400), (path, answer.status)
        return took


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Run the server in a thread while this context lasts."""
    loop, port, stop = asyncio.new_event_loop(), free_port(), asyncio.Event()
    ready = threading.Event()

    async def serve() -> None:
        runner = Runner(build(Settings(data=folder, chat_replies_per_hour=10_000)), access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(60)
    try:
        yield Server(port, loop)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)


def run() -> Iterator[list[str]]:
    """Measure every text on every channel, and yield the rows of the table."""
    number = 1000
    with tempfile.TemporaryDirectory(prefix="zin-bench-") as folder, served(Path(folder)) as server:
        for name, channel in CHANNELS.items():
            server.send(channel.bring(number, 0, "BAC 12345"))
            for what, text in TEXTS.items():
                signs, took = longest(channel, text), list[float]()
                for _ in range(TIMES):
                    number += 1
                    took += [server.send(channel.bring(number, message, text(signs))) for message in range(3)]
                signs = len(text(signs))
                figures = (median(took), max(took), max(took) / ALLOWED_MS)
                yield [name, what, str(signs), *(f"{figure:.2f}" for figure in figures)]


def main() -> None:
    """Measure, print a table, and add its rows to bench/results.md."""
    rows = []
    for row in run():
        print(f"{row[0]:20} {row[1]:24}" + "".join(f"{figure:>10}" for figure in row[2:]), flush=True)
        rows.append([*dated(), *row])
    add_rows(HEADING, rows)


if __name__ == "__main__":
    main()
