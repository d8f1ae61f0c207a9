"""Starts the processes that answer the gateways or deliver messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import structlog

from cli.http_server import collect_rarely, serve, stop_event
from cli.interrupted_start import cut_short
from cli.workers import run_workers
from database import open_database
from database.migrations import migrate
from database.secret_fingerprints import check_secrets
from logs.pipeline import configure_logs
from logs.stdout_capture import suppress_prints
from runtime.delivery import run_delivery
from runtime.delivery_page import own_metrics, serve_delivery_page
from runtime.services import open_services
from runtime.start_wait import wait_for_sql
from runtime.store_check import check_store
from runtime.telemetry.sending import Instance, require_telemetry, sent_metrics, telemetry
from server import build
from settings import Settings, doubtful_values, given_values

log = structlog.get_logger()


def run_server(settings: Settings, workers: int, say: Callable[[str], None]) -> None:
    """Serve in this process, or in several that share the port; `say` prints hints once the port answers."""
    start_process(settings)
    with suppress_prints():
        if workers == 1:
            with telemetry(settings, Instance.of_this_process("serve")):
                asyncio.run(_serve(settings, say))
        else:
            run_workers(settings, workers, say)


def deliver(settings: Settings, say: Callable[[str], None]) -> None:
    """Deliver the outbox until SIGTERM or SIGINT; a demonstration prints its messages with `say`."""
    start_process(settings)
    with suppress_prints(), telemetry(settings, Instance.of_this_process("deliver")):
        asyncio.run(_deliver(settings, say))


def start_process(settings: Settings) -> None:
    """Write log lines from now on; the first ones name what is doubtful about the settings. Raises InvalidSettings."""
    configure_logs(settings)
    require_telemetry(settings)
    for line in doubtful_values(given_values()):
        log.warning("doubtful setting", what=line)


def migrate_tables(settings: Settings, say: Callable[[str], None]) -> None:
    """Migrate the tables, and say from which version to which."""
    configure_logs(settings)
    asyncio.run(_migrate(settings, say))


async def _migrate(settings: Settings, say: Callable[[str], None]) -> None:
    database, before = open_database(settings), ""

    async def prepare() -> None:
        nonlocal before
        before = await database.version()
        await migrate(database)
        await check_secrets(database, settings.secrets, may_replace=True)

    try:
        await wait_for_sql(prepare, settings.start_seconds)
        now = await database.version()
    finally:
        await database.close()
    say(
        f"the tables are at version {now}, as before"
        if now == before
        else f"migrated the tables from version {before or 'none'} to {now}"
    )


async def _serve(settings: Settings, say: Callable[[str], None]) -> None:
    await check_store(settings)
    await serve(build(settings), settings, say)


async def _deliver(settings: Settings, say: Callable[[str], None]) -> None:
    stop = stop_event()
    async with AsyncExitStack() as opened:
        async with cut_short(stop):
            await check_store(settings)
            parts = await opened.enter_async_context(open_services(settings))
            await opened.enter_async_context(serve_delivery_page(settings, parts, settings.deliver_port))
            await opened.enter_async_context(sent_metrics(own_metrics))
            await opened.enter_async_context(run_delivery(settings, parts, say))
            collect_rarely()
        await stop.wait()
