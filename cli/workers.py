"""Runs several workers on one port: this process loads what they share, forks them, and restarts those that die.

Modules, compiled menus and the catalogue are loaded once. They are frozen (gc.freeze), so that the collector of a
worker leaves their memory shared. An embedded Valkey has a process of its own, so that no event loop or thread runs
here when a worker is forked, and ends after the last worker.
"""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from cli.forked import HELD_BACK, end_children, ended_children, fork, hold_signals_back
from cli.http_server import STOPPED_BY, announce, log_stop, serve, stop_event
from cli.interrupted_start import cut_short
from cli.shared_port import SharedPort
from cli.valkey_process import ValkeyProcess, embedded_valkey
from database.interface import OpenDatabase
from database.migrations import verify_version
from runtime.services import prepare_workers
from runtime.shared_menus import SharedMenus
from runtime.telemetry.sending import Instance, telemetry
from server import build
from settings import Settings
from state.errors import SchemaMismatch, ZinError

RESTART_DELAY_SECONDS: Final = 1.0  # before a worker serves in place of one that died

log = structlog.get_logger("zin")


def run_workers(settings: Settings, workers: int, say: Callable[[str], None]) -> None:
    """Run this many workers until SIGTERM or SIGINT, then stop them in order."""
    hold_signals_back()
    shared = asyncio.run(_prepared(settings))
    if shared is None:
        return
    gc.collect()
    gc.freeze()
    with embedded_valkey(settings) as valkey, closing(SharedPort(settings.host, settings.port, workers)) as port:
        announce(settings, say)
        _Workers(settings, shared, port, os.pipe(), Instance.of_this_process("serve")).run(workers, valkey)


async def _prepared(settings: Settings) -> SharedMenus | None:
    """Load what the workers share; None if this process was asked to stop meanwhile."""
    stop, shared = stop_event(), None
    try:
        async with cut_short(stop):
            shared = await prepare_workers(settings)
    finally:
        hold_signals_back()
    return None if stop.is_set() else shared


@dataclass(frozen=True, slots=True)
class _Workers:
    """The workers of this process. `pipe` is written by nobody: its reading end ends with this process."""

    settings: Settings
    shared: SharedMenus
    port: SharedPort
    pipe: tuple[int, int]
    instance: Instance

    def run(self, many: int, valkey: ValkeyProcess | None) -> None:
        """Run this many workers until this process is asked to stop.

        Raises StoreUnavailable if Valkey does not run, and SchemaMismatch if no worker can start with these tables.
        """
        running = {self._fork(place): place for place in range(many)}
        try:
            while (asked := signal.sigwait(HELD_BACK)) not in STOPPED_BY:
                for pid, status in ended_children().items():
                    if (place := running.pop(pid, None)) is not None:
                        running[self._replace(place, status)] = place
                    elif valkey and pid == valkey.pid:
                        log.error("process of valkey died, starting it again", status=status)
                        valkey.start()
            log_stop(asked)
        finally:
            end_children(running)

    def _replace(self, place: int, status: int) -> int:
        """Start a worker in the place of one that has ended; return its pid. Raises SchemaMismatch."""
        self.port.remove(place)
        if status == os.EX_CONFIG:
            raise SchemaMismatch("a worker cannot work with the tables as they are now, so all workers stop")
        log.error("worker died, starting it again", status=status)
        return self._fork(place, RESTART_DELAY_SECONDS)

    def _fork(self, place: int, delay_seconds: float = 0.0) -> int:
        return fork("zin worker", partial(self._work, place, delay_seconds))

    def _work(self, place: int, delay_seconds: float) -> int:
        """Serve as a worker; return the exit code."""
        reading, writing = self.pipe
        try:
            os.close(writing)
            select.select((reading,), (), (), delay_seconds)  # or until this process ends; no clock can be wrong for it
            with telemetry(self.settings, self.instance, sends_metrics=place == 0):
                shared = self.shared
                app = build(self.settings, opened=shared.open_sources, tables=_verified, checked=shared.validate)
                asyncio.run(serve(app, self.settings, lambda _: None, partial(self.port.open, place), reading))
        except ZinError as wrong:
            log.error("worker cannot serve", why=str(wrong))
            return os.EX_CONFIG if isinstance(wrong, SchemaMismatch) else 1
        except Exception:  # whatever it is: nobody above would log it
            log.exception("worker failed")
            return 1
        return 0


async def _verified(database: OpenDatabase, _: Settings) -> None:
    """Check the tables, which the parent process has prepared, also in a demonstration."""
    await verify_version(database)
