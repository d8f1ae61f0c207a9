"""Workers of a process that must not end: one that does is told to the log, counted, and started again.

A worker survives what it expects by itself (channels/workers/polling.py). This is for what nobody expected: a task that
ended would otherwise be noticed by nobody, and messages would wait until the process is started anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

import structlog
from prometheus_client import Counter

PAUSE_SECONDS: Final = 1.0  # before a worker that ended is started again; twice as long each time that it ends soon
MAX_PAUSE_SECONDS: Final = 60.0
log = structlog.get_logger()
RESTARTS = Counter("zin_worker_restarts_total", "Workers that ended and were started again", ["worker"])


async def supervise(
    worker: str, run: Callable[[], Awaitable[object]], pause_seconds: float = PAUSE_SECONDS
) -> NoReturn:
    """Run a worker again and again, until this is cancelled."""
    loop, pause = asyncio.get_running_loop(), pause_seconds
    while True:
        began = loop.time()
        try:
            await run()
            log.error("worker ended, starting it again", worker=worker)
        except asyncio.CancelledError:
            # A task may also see the cancellation of something else that it waited for, which is no reason to end.
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            log.error("worker ended, starting it again", worker=worker, why="what it waited for was cancelled")
        except Exception:  # whatever it is: a worker that stays away is worse
            log.exception("worker ended, starting it again", worker=worker)
        RESTARTS.labels(worker).inc()
        pause = pause_seconds if loop.time() - began > MAX_PAUSE_SECONDS else min(pause * 2, MAX_PAUSE_SECONDS)
        await asyncio.sleep(pause)
