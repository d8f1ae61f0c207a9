"""Starts and stops the measured servers, each on the first core with its own settings."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORES = sorted(os.sched_getaffinity(0))
TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
STARTING = 60.0  # maximum seconds until a server listens
STOPPING = 10.0


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process, kernel time included. Source: proc_pid_stat(5), fields 14, 15."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def started(command: Sequence[str], port: int, settings: dict[str, str], log: Path) -> AsyncIterator[int]:
    """Start a server that listens on this port, and yield its pid; exit with its output if it does not listen."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ZIN_")}
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORES[0]})  # a child process and its threads inherit the core
    try:
        with log.open("wb") as printed:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, env=bare | settings, stdout=printed, stderr=printed
            )
    finally:
        os.sched_setaffinity(0, ours)
    try:
        if not await _listens(process, port):
            sys.exit(f"{' '.join(command)} does not listen:\n{log.read_text()}")  # noqa: ASYNC240 - the program exits
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOPPING)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _listens(process: asyncio.subprocess.Process, port: int) -> bool:
    """Whether the port opens in time and the process still runs."""
    waits = 0.05
    for _ in range(round(STARTING / waits)):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(waits)
        else:
            writer.close()
            return process.returncode is None
        if process.returncode is not None:
            return False
    return False
