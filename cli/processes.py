"""Runs Zin's processes: one port, several workers on it, and a shutdown that answers every hop in progress."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Final

import structlog
from aiohttp import web

from channels.webhooks.connections import Runner
from database.migrations import verify_version
from logs.pipeline import configure_logs
from logs.stdout_capture import suppress_prints
from runtime.services import open_services, prepare_database, run_delivery
from server import SERVICES, build
from settings import Settings
from sources.registry import reopen_sources
from state.errors import ZinError
from state.store.embedded import EmbeddedValkey

BACKLOG: Final = 1024  # connections that may wait to be taken
GC_THRESHOLD: Final = 50_000  # objects made before the collector looks for cycles among them: a hop leaves none
RESTART_DELAY_SECONDS: Final = 1.0  # seconds before a worker that died is started again

log = structlog.get_logger("zin")


def run_server(settings: Settings, workers: int, say: Callable[[str], None]) -> None:
    """Serve in this process, or in several that share the port; `say` prints hints once the port answers."""
    configure_logs(settings)
    with suppress_prints():
        if workers == 1:
            asyncio.run(_serve(build(settings), settings, shared_port=False, say=say))
        else:
            asyncio.run(_serve_in(workers, settings, say))


def deliver(settings: Settings, say: Callable[[str], None]) -> None:
    """Deliver the outbox until SIGTERM or SIGINT; a demonstration prints its messages with `say`."""
    configure_logs(settings)
    with suppress_prints():
        asyncio.run(_deliver(settings, say))


async def _deliver(settings: Settings, say: Callable[[str], None]) -> None:
    stop = _stop_asked()
    async with open_services(settings) as parts, run_delivery(settings, parts, say):
        await stop.wait()


async def _serve(app: web.Application, settings: Settings, *, shared_port: bool, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; hops in progress are answered before this returns."""
    runner = Runner(app, access_log=None, shutdown_timeout=settings.hop_seconds + 1)
    stop, open_parts = _stop_asked(), AsyncExitStack()
    try:
        await runner.setup()
        if settings.delivers_inside_the_server:
            await open_parts.enter_async_context(run_delivery(settings, runner.app[SERVICES], say))
        await web.TCPSite(runner, settings.host, settings.port, backlog=BACKLOG, reuse_port=shared_port).start()
        gc.collect()
        gc.freeze()  # what was made at the start stays for good: the collector need not look at it every few hops
        gc.set_threshold(GC_THRESHOLD)
        for line in startup_hints(settings):
            say(line)
        await stop.wait()
    finally:
        await open_parts.aclose()
        await runner.cleanup()


async def _serve_in(workers: int, settings: Settings, say: Callable[[str], None]) -> None:
    """Run this many workers until SIGTERM or SIGINT, then stop them in order."""
    counted = settings.data / "metrics"  # where prometheus_client adds up what several processes count
    shutil.rmtree(counted, ignore_errors=True)
    counted.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counted)
    stop = _stop_asked()
    async with AsyncExitStack() as shared:
        if not settings.redis_url:
            embedded = EmbeddedValkey(settings.data)
            await embedded.start()
            shared.push_async_callback(embedded.stop)
        await prepare_database(settings)
        keeping = [asyncio.create_task(_supervise_worker(settings)) for _ in range(workers)]
        for line in startup_hints(settings):
            say(line)
        await stop.wait()
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)


async def _supervise_worker(settings: Settings) -> None:
    """Run one worker and restart it when it dies, until this task is cancelled."""
    while True:
        worker = get_context("spawn").Process(target=_work, args=(settings,))
        worker.start()
        try:
            await asyncio.to_thread(_joined, worker)
        finally:
            if worker.is_alive():
                worker.terminate()
                await asyncio.shield(asyncio.to_thread(_joined, worker))
        log.error("worker died, starting it again", status=worker.exitcode)
        await asyncio.sleep(RESTART_DELAY_SECONDS)


def _joined(worker: BaseProcess) -> None:
    worker.join()


def _work(settings: Settings) -> None:
    configure_logs(settings)
    try:
        app = build(settings, opened=reopen_sources, tables=verify_version)  # the process that keeps us did the rest
        with suppress_prints():
            asyncio.run(_serve(app, settings, shared_port=True, say=lambda _: None))
    except ZinError as wrong:
        log.error("worker cannot serve", why=str(wrong))
        sys.exit(1)
    except Exception:  # whatever it is: multiprocessing would print it whole
        log.exception("worker failed")
        sys.exit(1)


def _stop_asked() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set; in a worker also the end of its parent process."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    if keeper := parent_process():
        loop.add_reader(keeper.sentinel, stop.set)
    return stop


def startup_hints(settings: Settings) -> Iterator[str]:
    """Yield lines that tell the user who started Zin what to do next."""
    address = f"http://{settings.host}:{settings.port}"
    yield f"Zin {settings.env} on {address}; stop with Ctrl-C"
    if settings.has_open_desk:
        yield f"  a phone to try it, and the operators' desk:  {address}/"
        yield f"  a phone in the terminal:  {sys.argv[0]} call"
        yield "  what gateways send, a call and an SMS:"
        yield (
            "    curl -d 'sessionId=s1&serviceCode=*384*229%23&phoneNumber=%2B2290197000001&networkCode=61603&text=' "
            f"{address}/ussd/africastalking/{next(iter(settings.secrets.at), '')}"
        )
        yield "    curl -d 'from=%2B2290197000001&text=BAC 12345&id=1&to=5000' " + (
            f"{address}/sms/africastalking/{next(iter(settings.secrets.at), '')}"
        )
        yield "  messages that would leave are shown here"
        yield f"  the menus, taken up when saved:  {settings.menus}/README.md"
        yield f"  health and figures:  {address}/health/ready  {address}/metrics"
