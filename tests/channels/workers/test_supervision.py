"""A worker that ends is started again, whatever ended it, and both the log and a metric say so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from channels.workers.polling import poll_forever
from channels.workers.supervision import supervise
from state.errors import SourceUnavailable
from tests.support.patience import PATIENCE


async def returns() -> None:
    """End as if all were done."""


async def fails() -> None:
    raise OverflowError("Python int too large to convert to SQLite INTEGER")


async def waits_for_what_was_cancelled() -> None:
    gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    gone.cancel()
    await gone


def restarts(worker: str) -> float:
    return REGISTRY.get_sample_value("zin_worker_restarts_total", {"worker": worker}) or 0.0


@pytest.mark.parametrize("ends", [returns, fails, waits_for_what_was_cancelled])
async def test_ended_worker_is_restarted(ends: Callable[[], Awaitable[None]]) -> None:
    again = asyncio.Event()
    before, runs = restarts("a worker"), 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            again.set()
            await asyncio.Event().wait()
        await ends()

    with capture_logs() as logs:
        task = asyncio.create_task(supervise("a worker", work, pause_seconds=0.0))
        async with asyncio.timeout(PATIENCE):
            await again.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [(line["event"], line["worker"]) for line in logs] == [("worker ended, starting it again", "a worker")] * 2
    assert restarts("a worker") - before == 2


@pytest.mark.parametrize("error", [SourceUnavailable("down"), OverflowError("too large"), KeyError("held")])
async def test_failed_round_is_logged_and_followed(error: Exception) -> None:
    again = asyncio.Event()
    done = 0

    async def once() -> int:
        nonlocal done
        done += 1
        if done < 3:
            raise error
        again.set()
        return 0

    with capture_logs() as logs:
        task = asyncio.create_task(poll_forever(once, 0.001, "work"))
        async with asyncio.timeout(PATIENCE):
            await again.wait()
        task.cancel()
    assert len(logs) == 2
    assert {line["log_level"] for line in logs} <= {"warning", "error"}
