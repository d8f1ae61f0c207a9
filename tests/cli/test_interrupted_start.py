"""A start that waits for PostgreSQL goes on when it answers, and ends at once when it is asked to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.processes import free_port
from cli.interrupted_start import cut_short
from tests.support.patience import PATIENCE
from tests.support.postgresql import Server
from tests.support.server_process import ZIN, end_with_children

live = pytest.mark.kill
VERBS = (("serve",), ("serve", "--workers", "2"), ("deliver",))
WAITING = "waiting for SQL"


async def test_block_is_left_when_the_event_is_set() -> None:
    stop, reached = asyncio.Event(), []
    asyncio.get_running_loop().call_soon(stop.set)
    async with cut_short(stop):
        await asyncio.sleep(PATIENCE)
        reached.append("the end of the block")
    assert reached == []
    await asyncio.sleep(0)  # the cancellation is over


async def test_stop_in_the_last_moment_cancels_nothing_later() -> None:
    stop, task = asyncio.Event(), asyncio.current_task()
    assert task
    async with cut_short(stop):
        await asyncio.sleep(0)
        stop.set()
    await asyncio.sleep(0)
    assert task.cancelling() == 0


async def test_cancellation_by_others_goes_on() -> None:
    async def start() -> None:
        async with cut_short(asyncio.Event()):
            await asyncio.sleep(PATIENCE)

    starting = asyncio.create_task(start())
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting


@contextmanager
def started(url: str, folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[bytes], Path, int]]:
    """A process of Zin with its output in a file, and its port."""
    port, output = free_port(), folder / "output"
    settings = {"ZIN_DATABASE_URL": url, "ZIN_DATA": str(folder), "ZIN_PORT": str(port), "ZIN_START_SECONDS": "600"}
    with output.open("wb") as to:
        process = subprocess.Popen([*ZIN, *words], env=os.environ | settings, stdout=to, stderr=to)
    try:
        yield process, output, port
    finally:
        end_with_children(process)


def wait_for_line(process: subprocess.Popen[bytes], output: Path, words: str) -> None:
    until = time.monotonic() + PATIENCE
    while words not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < until, output.read_text()
        time.sleep(0.05)


@live
@pytest.mark.parametrize("words", VERBS, ids=" ".join)
async def test_waiting_start_ends_when_it_is_asked_to(
    own_postgresql: Server, tmp_path: Path, words: tuple[str, ...]
) -> None:
    url = await own_postgresql.new()
    await asyncio.to_thread(own_postgresql.stop)
    with started(url, tmp_path, *words) as (process, output, _):
        await asyncio.to_thread(wait_for_line, process, output, WAITING)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, PATIENCE) == 0, output.read_text()
        assert output.read_text().count(WAITING) == 1
        assert "Traceback" not in output.read_text()
    await asyncio.to_thread(own_postgresql.start)


@live
@pytest.mark.parametrize("words", VERBS[:2], ids=" ".join)
async def test_waiting_start_goes_on_when_sql_answers(
    own_postgresql: Server, tmp_path: Path, words: tuple[str, ...]
) -> None:
    url = await own_postgresql.new()
    await asyncio.to_thread(own_postgresql.stop)
    with started(url, tmp_path, *words) as (process, output, port):
        await asyncio.to_thread(wait_for_line, process, output, WAITING)
        await asyncio.to_thread(own_postgresql.start)
        await asyncio.to_thread(wait_for_line, process, output, "SQL answers")
        await asyncio.to_thread(wait_until_ready, process, port, output)
        assert "at most 15 connections for each process" in output.read_text()


def wait_until_ready(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5).close()
            return
        except OSError:
            assert time.monotonic() < until, output.read_text()
            assert process.poll() is None, output.read_text()
            time.sleep(0.05)
