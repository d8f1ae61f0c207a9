"""Serves the application in one process until SIGTERM, SIGINT or the end of the parent process."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from typing import Final
from urllib.parse import quote

import structlog
from aiohttp import web

from channels.webhooks.connections import Runner
from cli.interrupted_start import cut_short
from cli.listeners import open_port as open_own_port
from runtime.delivery import run_delivery
from server import READINESS, SERVICES
from settings import Settings
from state.country import country

ARRIVE_SECONDS: Final = 1.0  # for requests that are on their way when the port is closed
GC_THRESHOLD: Final = 50_000  # objects made before the collector looks for cycles among them: a hop leaves none
STOPPED_BY: Final = (signal.SIGTERM, signal.SIGINT)
OpenPort = Callable[[web.BaseRunner], AbstractAsyncContextManager[None]]
log = structlog.get_logger("zin")


async def serve(
    app: web.Application,
    settings: Settings,
    say: Callable[[str], None],
    open_port: OpenPort | None = None,
    parent: int | None = None,
) -> None:
    """Serve until stopped; hops in progress, and those that are on their way, are answered before this returns.

    A worker opens the port that it shares with others. Its `parent` is a descriptor that is at its end when its parent
    process has ended.
    """
    runner = Runner(app, access_log=None, shutdown_timeout=settings.hop_seconds + 1)
    stop, open_parts = stop_event(parent), AsyncExitStack()
    try:
        async with cut_short(stop):
            await runner.setup()
            if settings.delivers_inside_the_server:
                await open_parts.enter_async_context(run_delivery(settings, runner.app[SERVICES], say))
            opened = open_port(runner) if open_port else open_own_port(runner, settings.host, settings.port)
            await open_parts.enter_async_context(opened)
            collect_rarely()
            announce(settings, say)
        await stop.wait()
        await _drain(runner, stop, settings)
    finally:
        await open_parts.aclose()
        await runner.arrive(ARRIVE_SECONDS)
        await runner.cleanup()


async def _drain(runner: Runner, stop: asyncio.Event, settings: Settings) -> None:
    """Serve on for a time, not ready, so that proxies leave by themselves. A second signal ends the wait."""
    if not runner.sites:  # the start was cut short
        return
    runner.app[READINESS].is_stopping = True
    runner.drain()
    stop.clear()
    with suppress(TimeoutError):
        async with asyncio.timeout(0.0 if settings.stops_at_once else settings.drain_seconds):
            await stop.wait()


def stop_event(parent: int | None = None) -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set, also those that were blocked until now, and the end of `parent`."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def end(name: signal.Signals) -> None:
        if parent is None:  # a process with a parent stops with it, whose line says why
            log_stop(name)
        stop.set()

    for name in STOPPED_BY:
        loop.add_signal_handler(name, end, name)
    if parent is not None:
        loop.add_reader(parent, stop.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPED_BY)
    return stop


def log_stop(name: int) -> None:
    """Log that this process stops, and the signal that it was asked by."""
    log.info("stopping", signal=signal.Signals(name).name, pid=os.getpid())


def announce(settings: Settings, say: Callable[[str], None]) -> None:
    """Report that the port answers: in the log, or to the user who started a demonstration."""
    if not settings.has_readable_logs:
        connections = settings.most_database_connections if settings.database_url.get_secret_value() else 0
        log.info("serving", host=settings.host, port=settings.port, most_database_connections=connections)
        return
    for line in startup_hints(settings):
        say(line)


def startup_hints(settings: Settings) -> Iterator[str]:
    """Yield lines that tell the user who started Zin what to do next."""
    address = f"http://{settings.host}:{settings.port}"
    phone, code = quote(country().trial_number), quote(country().service_code, safe="*")
    yield f"Zin {settings.env} on {address}; stop with Ctrl-C"
    if settings.database_url.get_secret_value():
        yield f"  PostgreSQL: at most {settings.most_database_connections} connections for each process"
    if settings.has_open_desk:
        yield f"  a phone to try it, and the operators' desk:  {address}/"
        yield f"  a phone in the terminal:  {sys.argv[0]} call"
        yield "  what gateways send, a call and an SMS:"
        yield (
            f"    curl -d 'sessionId=s1&serviceCode={code}&phoneNumber={phone}&text=' "
            f"{address}/ussd/africastalking/{next(iter(settings.secrets.at), '')}"
        )
        yield f"    curl -d 'from={phone}&text=BAC 12345&id=1&to=5000' " + (
            f"{address}/sms/africastalking/{next(iter(settings.secrets.at), '')}"
        )
        yield "  messages that would leave are shown here"
        yield f"  the menus, taken up when saved:  {settings.menus}/README.md"
        yield f"  health and figures:  {address}/health/ready  {address}/metrics"


def collect_rarely() -> None:
    """Freeze what was made at the start, which stays for good, and look for cycles only now and then."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)
