"""Supervision of workers: a worker that ends is logged, counted and started again.

A worker handles expected errors itself (channels/workers/polling.py). This handles unexpected ones: otherwise an ended
task would go unnoticed, and messages would wait until the process is restarted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

import structlog
from prometheus_client import Counter

PAUSE_SECONDS: Final = 1.0  # before a restart; doubled each time that the worker ends soon
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
            # The cancellation may be that of something awaited: end only if this task itself is cancelled.
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            log.error("worker ended, starting it again", worker=worker, why="what it waited for was cancelled")
        except Exception:  # of any kind: a worker that stays stopped is worse
            log.exception("worker ended, starting it again", worker=worker)
        RESTARTS.labels(worker).inc()
        pause = pause_seconds if loop.time() - began > MAX_PAUSE_SECONDS else min(pause * 2, MAX_PAUSE_SECONDS)
        await asyncio.sleep(pause)
